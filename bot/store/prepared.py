"""Statements of the hot path: written with SQLAlchemy Core, compiled once, run by the driver itself.

Core's own execution costs 20 to 100 µs a statement and 10 µs a row of bookkeeping that these need not: they
are constants, their rows go in as tuples and come out as tuples. Measured in docs/decisions/0009.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    BindParameter,
    Connection,
    Dialect,
    Executable,
    Insert,
    String,
    Text,
    UpdateBase,
    bindparam,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy import Select as SelectOf
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine

from bot.store.types import SafeText, UtcDateTime
from flows.values import storable

Convert = Callable[[Any], Any]
_REMEMBERED = 4096  # instants: the rows of a batch share a few


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The statement as one driver takes it. `names` of its arguments in the order of their marks, `fixed` the
    values it was written with, `converts` and `results` what to do to which argument and column. Only a row to
    insert (`lenient`) may leave columns out: they become NULL.
    """

    sql: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    converts: tuple[tuple[int, Convert], ...]
    results: tuple[tuple[int, Convert], ...]
    lenient: bool

    def arguments(self, given: Mapping[str, Any]) -> Sequence[Any]:
        if self.fixed:
            given = {**self.fixed, **given}
        if self.lenient:
            get = given.get
            found = [get(name) for name in self.names]
        else:
            found = [given[name] for name in self.names]
        for at, convert in self.converts:
            if found[at] is not None:
                found[at] = convert(found[at])
        return found

    def rows(self, given: Collection[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        """The arguments of many rows: picked row by row and converted column by column, in C as far as it goes."""
        names = self.names
        if self.fixed:
            given = [{**self.fixed, **row} for row in given]
        found = [tuple(map(row.get if self.lenient else row.__getitem__, names)) for row in given]
        if not self.converts:
            return found
        columns: list[Sequence[Any]] = list(zip(*found, strict=True))
        for at, convert in self.converts:
            columns[at] = [None if value is None else convert(value) for value in columns[at]]
        return list(zip(*columns, strict=True))

    def row(self, values: Sequence[Any]) -> tuple[Any, ...]:
        if not self.results:
            return tuple(values)
        row = list(values)
        for at, convert in self.results:
            row[at] = convert(row[at])
        return tuple(row)


class Prepared:
    """One statement with named parameters. The driver's errors are raised as SQLAlchemy's; a value that a column's
    type refuses (a naive instant) raises that type's own ValueError.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}
        self._by_rows: _Compiled | None = None

    def all(self, connection: Connection, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows, values converted as the columns' types say."""
        compiled = self._for(connection.dialect)
        return [compiled.row(row) for row in run(connection, compiled.sql, compiled.arguments(given))]

    def many(self, connection: Connection, rows: Collection[Mapping[str, Any]]) -> None:
        """Once for each row, in one call of the driver; nothing for none.

        On PostgreSQL it is one statement over arrays, a round trip whatever the rows: no two of them may change
        the same row of the table.
        """
        if not rows:
            return
        if connection.dialect.name == "postgresql":
            self.many_back(connection, rows)
        else:
            compiled = self._for(connection.dialect)
            run_many(connection, compiled.sql, compiled.rows(rows))

    def many_back(self, connection: Connection, rows: Collection[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        """On PostgreSQL only: what the statement returns for all of the rows, in no particular order."""
        compiled = self._by_rows = self._by_rows or _compile(_over_arrays(self._statement), connection.dialect)
        found = run(connection, compiled.sql, compiled.arguments(_columns(compiled, rows)))
        return [compiled.row(row) for row in found]

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self._statement, dialect)
        return found


def _compile(statement: Any, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    names = tuple(compiled.positiontup)
    binds = [compiled.binds[name] for name in names]
    returns = isinstance(statement, SelectOf) or (isinstance(statement, UpdateBase) and statement.exported_columns)
    columns = list(statement.exported_columns) if returns else []
    return _Compiled(
        sql=str(compiled),
        names=names,
        fixed={name: bind.effective_value for name, bind in zip(names, binds, strict=True) if not bind.required},
        converts=_those(_to_driver(bind.type, dialect) for bind in binds),
        results=_those(_from_driver(column.type, dialect) for column in columns),
        lenient=isinstance(statement, Insert),
    )


def _over_arrays(statement: Any) -> Any:
    """The same insert or update for many rows at once: its parameters become columns of `unnest(...)`."""
    compiled = statement.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    types = {name: _array_item(bind.type) for name, bind in compiled.binds.items() if bind.required}
    arrays = [bindparam(name, type_=ARRAY(type_)) for name, type_ in types.items()]
    given = func.unnest(*arrays).table_valued(*(column(name, type_) for name, type_ in types.items()))
    given = given.render_derived(name="given")
    if isinstance(statement, Insert):
        return statement.from_select(list(types), select(*given.c))

    def from_the_row(element: Any, **_: Any) -> Any:
        is_parameter = isinstance(element, BindParameter) and element.required
        return given.c[element.key] if is_parameter else None

    return visitors.replacement_traverse(statement, {}, from_the_row)


def _array_item(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """Text without a length: a cast to one cuts what is too long, where the column would refuse it."""
    return Text() if type(type_) is String else type_


def _columns(compiled: _Compiled, rows: Collection[Mapping[str, Any]]) -> dict[str, list[Any]]:
    wanted = [name for name in compiled.names if name not in compiled.fixed]
    if compiled.lenient:
        return {name: [row.get(name) for row in rows] for name in wanted}
    return {name: [row[name] for row in rows] for name in wanted}


def _those(converts: Iterable[Convert | None]) -> tuple[tuple[int, Convert], ...]:
    return tuple((at, convert) for at, convert in enumerate(converts) if convert is not None)


def _to_driver(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(type_, SafeText):
        return storable  # what its decorator does, without its detours
    convert = type_.dialect_impl(dialect).bind_processor(dialect)
    is_instant = convert is not None and isinstance(type_, UtcDateTime)
    return lru_cache(_REMEMBERED)(convert) if convert is not None and is_instant else convert


def _from_driver(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return type_.dialect_impl(dialect).result_processor(dialect, None)


def run(connection: Connection, sql: str, arguments: Sequence[Any] = ()) -> list[Any]:
    """The rows of one statement in the driver's own words."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, arguments)
        return list(cursor.fetchall()) if cursor.description else []
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_usual(connection, sql, error) from error
    finally:
        cursor.close()


def run_many(connection: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """One statement for each row."""
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(sql, rows)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_usual(connection, sql, error) from error
    finally:
        cursor.close()


def _as_usual(connection: Connection, sql: str, error: Any) -> BaseException:
    """The driver's error as SQLAlchemy raises it; the arguments stay out of its text."""
    dialect = connection.dialect
    usual: BaseException = DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=dialect.is_disconnect(error, connection.connection.dbapi_connection, None),
        dialect=dialect,
    )
    return usual


class _Texts(TypeDecorator[list[str]]):
    """A list of strings as one argument: PostgreSQL's text array, or JSON for SQLite's json_each."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        texts = list(value or ())
        return texts if dialect.name == "postgresql" else msgspec.json.encode(texts).decode()


def in_state(column: ColumnElement[str], *states: str) -> ColumnElement[bool]:
    """`column` is one of these states, written as literals: with parameters in their place SQLite would plan a
    query that a partial index serves anew at every call.
    """
    literals: list[ColumnElement[Any]] = [literal_column(f"'{state}'") for state in states]
    return column == literals[0] if len(literals) == 1 else column.in_(literals)


class _Pairs(TypeDecorator[list[tuple[str, str]]]):
    """Pairs of strings as one argument: JSON, which both databases can take apart."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Iterable[tuple[str, str]] | None, dialect: Dialect) -> Any:
        return msgspec.json.encode(list(value or ())).decode()


class pair_of(ColumnElement[bool]):  # noqa: N801 - reads as a function of two columns
    """The two columns are one of the pairs given as parameter `name`, looked up pair by pair through an index."""

    type = Boolean()
    inherit_cache = False
    _is_implicitly_boolean = True  # else SQLite gets "... = 1", which no index serves

    def __init__(self, first: ColumnElement[Any], second: ColumnElement[Any], name: str) -> None:
        self.first = first
        self.second = second
        self.listed = bindparam(name, type_=_Pairs())


@compiles(pair_of, "sqlite")
def _pair_of_sqlite(element: pair_of, compiler: Any, **kw: Any) -> str:
    first, second = compiler.process(element.first, **kw), compiler.process(element.second, **kw)
    listed = compiler.process(element.listed, **kw)
    parts = "json_extract(value, '$[0]'), json_extract(value, '$[1]')"
    return f"({first}, {second}) IN (SELECT {parts} FROM json_each({listed}))"  # noqa: S608 - compiled parts


@compiles(pair_of, "postgresql")
def _pair_of_postgresql(element: pair_of, compiler: Any, **kw: Any) -> str:
    first, second = compiler.process(element.first, **kw), compiler.process(element.second, **kw)
    listed = compiler.process(element.listed, **kw)
    each = f"jsonb_array_elements(CAST({listed} AS jsonb)) AS each(pair)"
    return f"({first}, {second}) IN (SELECT pair->>0, pair->>1 FROM {each})"  # noqa: S608 - compiled parts


class one_of(ColumnElement[bool]):  # noqa: N801 - reads as a function of a column
    """`column` is one of the strings given as parameter `name`: one statement, however many there are."""

    type = Boolean()
    inherit_cache = False
    _is_implicitly_boolean = True  # else SQLite gets "... = 1", which no index serves

    def __init__(self, column: ColumnElement[Any], name: str, *, inside: bool = True) -> None:
        self.column = column
        self.listed = bindparam(name, type_=_Texts())
        self.inside = inside


@compiles(one_of, "sqlite")
def _one_of_sqlite(element: one_of, compiler: Any, **kw: Any) -> str:
    column, listed = compiler.process(element.column, **kw), compiler.process(element.listed, **kw)
    word = "IN" if element.inside else "NOT IN"
    return f"{column} {word} (SELECT value FROM json_each({listed}))"  # noqa: S608 - compiled parts, no values


@compiles(one_of, "postgresql")
def _one_of_postgresql(element: one_of, compiler: Any, **kw: Any) -> str:
    column, listed = compiler.process(element.column, **kw), compiler.process(func.any(element.listed), **kw)
    return f"{column} = {listed}" if element.inside else f"NOT ({column} = {listed})"


class begins_with_none_of(ColumnElement[bool]):  # noqa: N801 - reads as a function of a column
    """`column` begins with none of the strings given as parameter `name`, taken literally."""

    type = Boolean()
    inherit_cache = False

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.listed = bindparam(name, type_=_Texts())


@compiles(begins_with_none_of, "sqlite")
def _begins_sqlite(element: begins_with_none_of, compiler: Any, **kw: Any) -> str:
    column, listed = compiler.process(element.column, **kw), compiler.process(element.listed, **kw)
    each = f"SELECT 1 FROM json_each({listed}) WHERE substr({column}, 1, length(value)) = value"  # noqa: S608 - as above
    return f"NOT EXISTS ({each})"


@compiles(begins_with_none_of, "postgresql")
def _begins_postgresql(element: begins_with_none_of, compiler: Any, **kw: Any) -> str:
    column, listed = compiler.process(element.column, **kw), compiler.process(element.listed, **kw)
    each = f"SELECT 1 FROM unnest({listed}) AS beginning WHERE starts_with({column}, beginning)"  # noqa: S608 - as above
    return f"NOT EXISTS ({each})"
