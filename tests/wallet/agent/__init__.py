"""Tests of the unlocked agent."""
