"""The store: everything that must survive a kill, in SQLite or PostgreSQL.

`Store` gives transactions; the modules give functions on them. Model objects go in and come out, never rows.
Nothing here decides: unique keys and leases are the only opinions of this room.
"""
