"""Alembic migrations: additive first, so that old and new code may run side by side during a deploy."""
