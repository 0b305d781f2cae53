"""Tests of the simulated core bank."""
