"""Tests of the jiaozi command, a file per command."""
