"""Tests of wallet.policy: what is declared is kept to, and every decision is written down."""
