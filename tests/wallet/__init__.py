"""Tests of the wallet, a file per module."""
