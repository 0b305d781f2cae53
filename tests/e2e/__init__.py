"""E2E tests: the demo's story with real processes, told, repeated, killed and tried by hand."""
