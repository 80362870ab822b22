"""The store: SQLAlchemy Core on SQLite or PostgreSQL. Rows become frozen values at this border.

`tables` is the schema, `database` connections and transactions, `codec` stored JSON; then one room per noun.
A room's functions take the connection of a transaction and never commit.
"""
