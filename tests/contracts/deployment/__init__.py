"""Tests: the deploy script and its check, on a chain, through the very functions that it calls."""
