"""Tests of faults: the bridge is exactly-once whatever fails.

What may happen is injected from here alone; the bridge itself has no hook for it.
"""
