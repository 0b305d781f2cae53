"""Wallet: keys, signing, the chain client and the `jiaozi` command.

Knows the contracts' ABIs and nothing of the bank's bridge: `wallet` never imports `api`.
"""
