"""Demo: the whole main job on this machine, with the real programs, told line by line.

`python -m scripts.demo` runs it; `make demo` sets the machine up first.
"""
