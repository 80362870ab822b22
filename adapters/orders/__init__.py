"""Order files: whatever people export, as rows, and as a source of orders."""

from adapters.orders.files import Opened, open_file
from adapters.orders.source import FileOrders, Options
from adapters.orders.spool import Bad, Spool
from adapters.orders.table import FileTrouble

__all__ = ["Bad", "FileOrders", "FileTrouble", "Opened", "Options", "Spool", "open_file"]
