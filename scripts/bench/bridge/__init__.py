"""Bench: the whole bridge under load: real chain, real processes, real files over HTTP."""
