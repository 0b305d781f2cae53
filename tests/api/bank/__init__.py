"""Tests of the bank room: its files, its adapters, and the promises of its port."""
