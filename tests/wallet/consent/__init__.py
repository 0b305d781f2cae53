"""Tests of wallet.consent: what is shown, and what is dangerous."""
