"""How the tables came to be: Alembic's scripts, run by Store.migrate."""
