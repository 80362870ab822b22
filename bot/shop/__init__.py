"""`shop.toml`: how one shop wants its desk, one room a table. A wrong file stops the start with every problem.

A new table is a room with a `TABLE` (see `bot.shop.table`), a row in `bot.shop.file.TABLES` and its lines in
`shop.example.toml`.
"""

from bot.shop.file import TABLES, ShopFileError, read_shop

__all__ = ["TABLES", "ShopFileError", "read_shop"]
