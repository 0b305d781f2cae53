"""Docs: what is drawn from the code, so that it cannot say something else."""
