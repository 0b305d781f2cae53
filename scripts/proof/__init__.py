"""Proof: programs that look for what the tests miss, such as mutants that survive."""
