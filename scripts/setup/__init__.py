"""Setup: bring a fresh checkout to the point where everything runs, inside the checkout only.

`python -m scripts.setup` needs nothing but Python and its venv module. It writes `.venv`,
`node_modules` and `.cache`; `python -m scripts.setup.clean` removes them again.
"""
