"""Scripts: what builds, runs, measures and checks the project. Nothing here is installed."""
