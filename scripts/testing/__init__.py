"""Testing: the stages of `make test`, run one after another with a line of result for each.

A stage of tests fails when a test fails, when one is skipped, and when none ran at all.
"""
