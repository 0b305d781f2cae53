"""Bridge: bank statement lines become tokens, signed orders become payouts, exactly once.

Rooms: `kernel` (money, clock, errors, settings, database), `bank` (the Bank port and its
adapters), `chain` (reader and sender), `ledger`, and one room a feature. `kernel` imports no
room; rooms import one another only through their package face.
"""
