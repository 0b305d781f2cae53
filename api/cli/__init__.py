"""Cli: the command `jiaozi-bridge`, for the bank. Each command is a module with `register`."""

from api.cli.main import main

__all__ = ["main"]
