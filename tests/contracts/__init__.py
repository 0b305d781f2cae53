"""Tests: the contracts, under brownie, on a chain of their own. A file an external function."""
