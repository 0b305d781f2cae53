"""Kernel: what every room of the bridge stands on. It imports no room.

`money`, `clock`, `errors`, `ids`, `settings`, `database`, `lease` — one idea a module.
"""
