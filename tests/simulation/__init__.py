"""Tests of the simulation: a whole bridge over a clock, a bank and a chain that one seed drives."""
