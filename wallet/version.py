"""Wallet: which version this is, without reading the installed package's metadata."""

from __future__ import annotations

VERSION = "0.1.0"
