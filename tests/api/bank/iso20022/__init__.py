"""Tests of reading and writing ISO 20022 files."""
