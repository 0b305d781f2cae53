"""Tests: the rooms of wallet.hardware; no physical device is needed, or was at hand."""
