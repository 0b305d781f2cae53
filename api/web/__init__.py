"""Web: the bridge's HTTP face: assembly, limits and problems. What is asked lives in the rooms."""
