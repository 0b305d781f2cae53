"""Tests: the Teller, a file an external function."""
