"""Tests: the freeze and pause matrix — every entry point in every state, and what it answers.

columns   the states, and how each is brought about
rows      the table: what each entry point does in each state
calls     one call of each entry point
outcomes  the ways in which a call can end
"""
