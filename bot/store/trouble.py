"""What is wrong with a database, in words a shop's owner understands, each with the remedy."""

from __future__ import annotations

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

# What the drivers say → what to do. Matched in order, on the driver's own words and class.
_REMEDIES = (
    (
        "FileVanished",
        "it was deleted or replaced while the desk runs: put it back, or stop the desk and `amends restore`",
    ),
    (
        "not a database",
        "this is no SQLite database, or it is damaged: stop the desk and `amends restore` a backup",
    ),
    (
        "malformed",
        "the file is damaged: stop the desk and `amends restore` a backup; nothing is written until then",
    ),
    (
        "FileDamaged",
        "the file is damaged: stop the desk and `amends restore` a backup; nothing is written until then",
    ),
    ("no such column", "its tables are of an older version: start the service once, or run `amends migrate`"),
    ("UndefinedColumn", "its tables are of an older version: start the service once, or run `amends migrate`"),
    ("no such table", "it has no tables yet: start the service once, or run `amends migrate`"),
    ("UndefinedTable", "it has no tables yet: start the service once, or run `amends migrate`"),
    ("readonly", "it cannot be written: give this user write permission on the file and its folder"),
    ("unable to open", "it cannot be opened: check the path, and that this user may read and write the folder"),
    (
        "disk is full",
        "the disk is full: make room; a running desk then goes on by itself, and nothing acknowledged is lost",
    ),
    ("disk I/O", "the disk does not take or give what it should: check it; a running desk then goes on by itself"),
    ("locked", "another program holds it: close that program; a running desk then goes on by itself"),
    ("InvalidPassword", "user or password is wrong: check DATABASE_URL"),
    ("InvalidCatalogName", "the server has no such database: create it (createdb), or check DATABASE_URL"),
    ("InvalidAuthorization", "the server does not let this user in: check DATABASE_URL"),
    ("TooManyConnections", "the server has no connection left: close some, or raise max_connections"),
    ("CannotConnectNow", "the server is starting or stopping: wait a moment, then start again"),
    ("TargetServerAttribute", "no server there takes writes: promote the standby, or check DATABASE_URL"),
    ("ConnectionRefused", "no PostgreSQL answers there: start it, or check host and port in DATABASE_URL"),
    ("gaierror", "there is no such host: check DATABASE_URL"),
    ("PermissionError", "this user may not write there: choose another AMENDS_DATA_DIR, or give the permission"),
    ("NotADirectory", "a part of the path is a file: choose another AMENDS_DATA_DIR"),
    ("FileNotFound", "the folder cannot be made there: choose another AMENDS_DATA_DIR"),
)


def in_words(error: Exception, url: URL) -> str:
    """One sentence: which database, what is wrong, what to do. Never a password, never row contents."""
    cause: BaseException = error
    if isinstance(error, DBAPIError) and error.orig is not None:
        cause = error.orig.__cause__ or error.orig  # asyncpg's own error stands behind SQLAlchemy's
    said = f"{type(cause).__name__} {type(error).__name__} {cause}"
    remedy = next((words for mark, words in _REMEDIES if mark.lower() in said.lower()), None)
    name = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    return f"The database {name} cannot be used: {remedy or type(cause).__name__}."
