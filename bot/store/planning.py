"""What SQLite's planner is told about our tables, so that a query costs the same however long the history is.

Without statistics SQLite takes the first column of a key for selective (about ten rows), and every key of ours
begins with `shop_id`, which in most stores is the same in every row: `shop_id = ? AND id IN (...)` would read the
whole table. Statistics gathered from a young store would say little about an old one. So they are stated here, by
the documented way of writing `sqlite_stat1` (https://www.sqlite.org/fileformat2.html#stat1tab), and nothing runs
ANALYZE. PostgreSQL gathers its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, inspect

from bot.store.tables import metadata

MANY, FEW, A_HANDFUL = 1_000_000, 100, 10
_SAME_IN_MANY_ROWS = ("shop_id", "channel", "kind", "direction", "name", "status", "state", "urgent", "priority")


def state_plans(connection: Connection) -> None:
    """Write the figures of every index; connections opened later plan by them."""
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # creates the table, gathers nothing
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    known = set(inspect(connection).get_table_names())
    rows = [row for table in metadata.tables if table in known for row in _figures(connection, table)]
    connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", rows)
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # reads them anew


def _figures(connection: Connection, table: str) -> Iterator[tuple[str, str, str]]:
    """(table, index, "rows, rows that share the first column, the first two, ...") of each index."""
    for _, index, unique, _, partial in connection.exec_driver_sql(f"PRAGMA index_list({table})").all():
        columns = [row[2] for row in connection.exec_driver_sql(f"PRAGMA index_info({index})").all()]
        counts = _counts(columns, FEW if partial else MANY, unique=bool(unique))
        yield table, index, " ".join(str(count) for count in counts)


def _counts(columns: Sequence[str], rows: int, *, unique: bool) -> list[int]:
    counts = [rows]
    for column in columns:
        counts.append(counts[-1] if column in _SAME_IN_MANY_ROWS else min(counts[-1], A_HANDFUL))
    if unique:
        counts[-1] = 1
    return counts
