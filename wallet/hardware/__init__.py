"""Wallet: signing devices. Each is a Signer; the key never leaves it, and it shows what it signs.

    apdu      how commands reach a Ledger: a tiny Transport, and USB HID behind it
    ledger    the Ethereum app's commands; typed messages field by field (ledger_typed)
    trezor    Trezor through its own library
    common    what both share: the owner who is asked, checking what came back

The device libraries are optional: `jiaozi[ledger]`, `jiaozi[trezor]`. Whatever a device answers
is checked here: a signature counts only if it is the expected address's over the very message.
"""
