"""Tests of the token client, a file per module."""
