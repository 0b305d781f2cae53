"""Migrations: the steps, each a module that alembic finds by its place in this folder."""
