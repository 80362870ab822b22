"""Reading orders out of tables: which column is what, amounts, dates, ids that a spreadsheet damaged. Pure.

`adapters.orders` opens the files; here a row of strings becomes an order, or a reason why not.
"""
