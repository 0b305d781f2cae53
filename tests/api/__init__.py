"""Tests of the bridge, a folder per room."""
