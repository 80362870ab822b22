"""The floor: the same unit of work with nothing between it and the database. Raw sqlite3, WAL, synchronous=FULL.

One message: dedupe insert, conversation upsert, message, deadline upsert, proposal, outbox row; 100 a commit.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

SCHEMA = """
CREATE TABLE inbox (id TEXT PRIMARY KEY, key TEXT UNIQUE, raw BLOB, state TEXT);
CREATE TABLE conversations (id TEXT PRIMARY KEY, at TEXT, n INTEGER);
CREATE TABLE messages (id TEXT PRIMARY KEY, conversation TEXT, body TEXT, at TEXT);
CREATE TABLE deadlines (id TEXT PRIMARY KEY, due TEXT, state TEXT);
CREATE TABLE proposals (id TEXT PRIMARY KEY, conversation TEXT, text TEXT, version INTEGER);
CREATE TABLE outbox (id TEXT PRIMARY KEY, kind TEXT, body TEXT, state TEXT);
"""
RAW = b"x" * 900


def seconds_per_message(file: Path, count: int, a_commit: int = 100) -> float:
    """Wall seconds per message for `count` messages."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript(SCHEMA)
    started = time.perf_counter()
    for first in range(0, count, a_commit):
        connection.execute("BEGIN IMMEDIATE")
        for number in range(first, min(first + a_commit, count)):
            _one(connection, number)
        connection.execute("COMMIT")
    elapsed = time.perf_counter() - started
    connection.close()
    return elapsed / count


def _one(connection: sqlite3.Connection, number: int) -> None:
    id, chat = f"{number:032x}", f"c{number % 50}"
    run = connection.execute
    run("INSERT INTO inbox VALUES (?,?,?,'waiting') ON CONFLICT DO NOTHING", (id, id, RAW))
    run("INSERT INTO conversations VALUES (?,?,1) ON CONFLICT(id) DO UPDATE SET n=n+1", (chat, "2026"))
    run("INSERT INTO messages VALUES (?,?,?,?)", (id, chat, "where is my parcel", "2026"))
    run(
        "INSERT INTO deadlines VALUES (?,?,'running') ON CONFLICT(id) DO UPDATE SET due=excluded.due",
        (chat, "2026"),
    )
    run("INSERT INTO proposals VALUES (?,?,?,1)", (id, chat, "a suggested reply of some length"))
    run("INSERT INTO outbox VALUES (?,'card','{}','pending')", (id,))
