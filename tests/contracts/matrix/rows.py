"""Tests: the table of the matrix. Each entry point has a cell in every state; none is left open.

A row may start from another and name what differs.
"""

from __future__ import annotations

from tests.contracts.authorizations import BYTES, VRS
from tests.contracts.matrix.calls import CANCEL, ENTRY, ORDER, PERMIT, SPLIT
from tests.contracts.matrix.columns import (
    ALL,
    ALL_AGAINST_RECIPIENT,
    ALL_AGAINST_SENDER,
    AMOUNT,
    BALANCE,
    BALANCE_AT,
    BALANCE_OVER,
    COLUMNS,
    DAY_AT,
    DAY_OVER,
    FROZEN_BRINGER,
    FROZEN_RECIPIENT,
    FROZEN_REDEEMER,
    FROZEN_SENDER,
    FROZEN_SIGNER,
    FROZEN_SPENDER,
    HELD,
    MORE,
    ON_BALANCE,
    PAUSED,
    PAYMENT_AT,
    PAYMENT_OVER,
    PER_DAY,
    PER_PAYMENT,
    TO_NOBODY,
    TO_ONESELF,
    TO_THE_TELLER,
    TO_THE_TOKEN,
    UNREGISTERED_BRINGER,
    UNREGISTERED_RECIPIENT,
    UNREGISTERED_SENDER,
    UNREGISTERED_SPENDER,
)
from tests.contracts.matrix.outcomes import (
    BALANCE_LIMIT,
    DAILY_LIMIT,
    FROZEN,
    INSUFFICIENT,
    INVALID_RECEIVER,
    MOVES,
    PASSES,
    PAYMENT_LIMIT,
    TOKEN_PAUSED,
    NotApplicable,
    Row,
    Told,
    relayed,
    throws,
)

CALLS_ONESELF = NotApplicable("whose money it is calls it; nobody brings anything")
NOBODY_SPENDS = NotApplicable("nobody spends for another")
NOBODY_SIGNS = NotApplicable("nobody signs")
NO_REDEMPTION = NotApplicable("it is no redemption")
NO_RECIPIENT = NotApplicable("it names no recipient")
NO_SENDER = NotApplicable("the money comes from the bank, not from an account")
NO_PAYMENT = NotApplicable("it moves no money, so no limit and no party of a payment matters")
PAYEE_BRINGS = NotApplicable("only the recipient itself brings it")
FIXED = NotApplicable("holder and amount are those of the redemption; nobody chooses them")

# A holder pays by a transaction of their own.
PAYMENT: Row = {
    FROZEN_SENDER: throws(FROZEN, "payer"),
    FROZEN_RECIPIENT: throws(FROZEN, "payee"),
    FROZEN_SPENDER: NOBODY_SPENDS,
    FROZEN_SIGNER: NOBODY_SIGNS,
    FROZEN_REDEEMER: NO_REDEMPTION,
    FROZEN_BRINGER: CALLS_ONESELF,
    UNREGISTERED_SENDER: throws(PAYMENT_LIMIT, "payer", "amount", 0),
    UNREGISTERED_RECIPIENT: throws(BALANCE_LIMIT, "payee", HELD + AMOUNT, 0),
    UNREGISTERED_SPENDER: NOBODY_SPENDS,
    UNREGISTERED_BRINGER: CALLS_ONESELF,
    PAUSED: throws(TOKEN_PAUSED),
    TO_NOBODY: throws(INVALID_RECEIVER, "payee"),
    TO_THE_TOKEN: throws(INVALID_RECEIVER, "payee"),
    TO_THE_TELLER: throws(FROZEN, "payee"),
    TO_ONESELF: MOVES,
    PAYMENT_AT: MOVES,
    PAYMENT_OVER: throws(PAYMENT_LIMIT, "payer", "amount", PER_PAYMENT),
    DAY_AT: MOVES,
    DAY_OVER: throws(DAILY_LIMIT, "payer", PER_DAY + 1, PER_DAY),
    BALANCE_AT: MOVES,
    BALANCE_OVER: throws(BALANCE_LIMIT, "payee", ON_BALANCE + 1, ON_BALANCE),
    ALL: MOVES,
    MORE: throws(INSUFFICIENT, "payer", BALANCE, BALANCE + 1),
    ALL_AGAINST_SENDER: throws(TOKEN_PAUSED),
    ALL_AGAINST_RECIPIENT: throws(TOKEN_PAUSED),
}

# Somebody spends what a holder allowed.
SPENDING: Row = PAYMENT | {
    FROZEN_SPENDER: throws(FROZEN, "spender"),
    UNREGISTERED_SPENDER: MOVES,
}

# A holder signs, anyone brings it: who brings it does not matter.
SIGNED_PAYMENT: Row = PAYMENT | {
    FROZEN_SIGNER: throws(FROZEN, "payer"),
    FROZEN_BRINGER: MOVES,
    UNREGISTERED_BRINGER: MOVES,
}

RECEIVING: Row = SIGNED_PAYMENT | {
    FROZEN_BRINGER: PAYEE_BRINGS,
    UNREGISTERED_BRINGER: PAYEE_BRINGS,
}

# Approving is not paying: freeze, tier, limits and pause are asked when the money is spent.
APPROVAL: Row = {
    FROZEN_SENDER: PASSES,
    FROZEN_RECIPIENT: NO_RECIPIENT,
    FROZEN_SPENDER: PASSES,
    FROZEN_SIGNER: NOBODY_SIGNS,
    FROZEN_REDEEMER: NO_REDEMPTION,
    FROZEN_BRINGER: CALLS_ONESELF,
    UNREGISTERED_SENDER: PASSES,
    UNREGISTERED_RECIPIENT: NO_RECIPIENT,
    UNREGISTERED_SPENDER: PASSES,
    UNREGISTERED_BRINGER: CALLS_ONESELF,
    PAUSED: PASSES,
    TO_NOBODY: NO_RECIPIENT,
    TO_THE_TOKEN: NO_RECIPIENT,
    TO_THE_TELLER: NO_RECIPIENT,
    TO_ONESELF: NO_RECIPIENT,
    PAYMENT_AT: PASSES,
    PAYMENT_OVER: PASSES,
    DAY_AT: PASSES,
    DAY_OVER: PASSES,
    BALANCE_AT: NO_RECIPIENT,
    BALANCE_OVER: NO_RECIPIENT,
    ALL: PASSES,
    MORE: PASSES,
    ALL_AGAINST_SENDER: PASSES,
    ALL_AGAINST_RECIPIENT: PASSES,
}
SIGNED_APPROVAL: Row = APPROVAL | {
    FROZEN_SIGNER: PASSES,
    FROZEN_BRINGER: PASSES,
    UNREGISTERED_BRINGER: PASSES,
}

# What changes rules or registers: nobody's account matters, not even that of who calls.
RULE: Row = {
    **dict.fromkeys(COLUMNS, NO_PAYMENT),
    FROZEN_BRINGER: PASSES,
    UNREGISTERED_BRINGER: PASSES,
    PAUSED: PASSES,
    ALL_AGAINST_SENDER: PASSES,
    ALL_AGAINST_RECIPIENT: PASSES,
}

# A holder takes back what they signed.
CANCELLING: Row = RULE | {
    FROZEN_SENDER: PASSES,
    FROZEN_SIGNER: PASSES,
    UNREGISTERED_SENDER: PASSES,
}
CANCELLING_AN_ORDER: Row = CANCELLING | {FROZEN_REDEEMER: PASSES}

# Compliance acts on an account (here the recipient's) in whatever state it is.
COMPLIANCE: Row = RULE | {
    FROZEN_RECIPIENT: PASSES,
    FROZEN_REDEEMER: PASSES,
    UNREGISTERED_RECIPIENT: PASSES,
    # Neither can ever hold money: they are frozen and unregistered for ever.
    TO_NOBODY: throws(INVALID_RECEIVER, "payee"),
    TO_THE_TOKEN: throws(INVALID_RECEIVER, "payee"),
    TO_THE_TELLER: PASSES,
    TO_ONESELF: PASSES,
    BALANCE_AT: PASSES,
    BALANCE_OVER: PASSES,
}
# A holder's signed order burns: spending, with the bank as the recipient.
BURN: Row = SIGNED_PAYMENT | {
    FROZEN_RECIPIENT: NO_RECIPIENT,
    FROZEN_REDEEMER: throws(FROZEN, "payer"),
    UNREGISTERED_RECIPIENT: NO_RECIPIENT,
    TO_NOBODY: NO_RECIPIENT,
    TO_THE_TOKEN: NO_RECIPIENT,
    TO_THE_TELLER: NO_RECIPIENT,
    TO_ONESELF: NO_RECIPIENT,
    BALANCE_AT: NO_RECIPIENT,
    BALANCE_OVER: NO_RECIPIENT,
}

# The bank credits a deposit: the recipient's rules hold, limits on spending have no say.
CREDIT: Row = {
    FROZEN_SENDER: NO_SENDER,
    FROZEN_RECIPIENT: Told(FROZEN),
    FROZEN_SPENDER: NOBODY_SPENDS,
    FROZEN_SIGNER: NOBODY_SIGNS,
    FROZEN_REDEEMER: NO_REDEMPTION,
    FROZEN_BRINGER: MOVES,
    UNREGISTERED_SENDER: NO_SENDER,
    UNREGISTERED_RECIPIENT: Told(BALANCE_LIMIT),
    UNREGISTERED_SPENDER: NOBODY_SPENDS,
    UNREGISTERED_BRINGER: MOVES,
    PAUSED: throws(TOKEN_PAUSED),
    TO_NOBODY: Told(INVALID_RECEIVER),
    TO_THE_TOKEN: Told(INVALID_RECEIVER),
    TO_THE_TELLER: Told(FROZEN),
    TO_ONESELF: NO_SENDER,
    PAYMENT_AT: MOVES,
    PAYMENT_OVER: MOVES,
    DAY_AT: MOVES,
    DAY_OVER: MOVES,
    BALANCE_AT: MOVES,
    BALANCE_OVER: Told(BALANCE_LIMIT),
    ALL: NO_SENDER,
    MORE: NO_SENDER,
    ALL_AGAINST_SENDER: throws(TOKEN_PAUSED),
    ALL_AGAINST_RECIPIENT: throws(TOKEN_PAUSED),
}
# Officers sign by their keys; what their own accounts look like is nobody's business.
APPROVED_CREDIT: Row = CREDIT | {FROZEN_SIGNER: MOVES}

# A payout that came back: by design, nothing of this can stop it.
RETURN: Row = {
    FROZEN_SENDER: NO_SENDER,
    FROZEN_RECIPIENT: MOVES,
    FROZEN_SPENDER: NOBODY_SPENDS,
    FROZEN_SIGNER: NOBODY_SIGNS,
    FROZEN_REDEEMER: MOVES,
    FROZEN_BRINGER: MOVES,
    UNREGISTERED_SENDER: NO_SENDER,
    UNREGISTERED_RECIPIENT: MOVES,
    UNREGISTERED_SPENDER: NOBODY_SPENDS,
    UNREGISTERED_BRINGER: MOVES,
    PAUSED: MOVES,
    TO_NOBODY: FIXED,
    TO_THE_TOKEN: FIXED,
    TO_THE_TELLER: FIXED,
    TO_ONESELF: FIXED,
    PAYMENT_AT: FIXED,
    PAYMENT_OVER: FIXED,
    DAY_AT: FIXED,
    DAY_OVER: FIXED,
    BALANCE_AT: MOVES,
    BALANCE_OVER: MOVES,
    ALL: FIXED,
    MORE: FIXED,
    ALL_AGAINST_SENDER: MOVES,
    ALL_AGAINST_RECIPIENT: MOVES,
}

# Seizure: by design past the sender's freeze, all limits and the pause, but not to anyone.
SEIZURE: Row = PAYMENT | {
    FROZEN_SENDER: MOVES,
    FROZEN_BRINGER: MOVES,
    UNREGISTERED_SENDER: MOVES,
    UNREGISTERED_RECIPIENT: throws("UnregisteredAccount(address)", "payee"),
    UNREGISTERED_BRINGER: MOVES,
    PAUSED: MOVES,
    TO_THE_TELLER: throws("UnregisteredAccount(address)", "payee"),
    TO_ONESELF: throws(INVALID_RECEIVER, "payee"),
    PAYMENT_OVER: MOVES,
    DAY_OVER: MOVES,
    BALANCE_OVER: MOVES,
    ALL_AGAINST_SENDER: MOVES,
    ALL_AGAINST_RECIPIENT: throws("UnregisteredAccount(address)", "payee"),
}

ROWS: dict[str, Row] = {
    "DepositToken.transfer(address,uint256)": PAYMENT,
    "DepositToken.transferFrom(address,address,uint256)": SPENDING,
    "DepositToken.approve(address,uint256)": APPROVAL,
    f"DepositToken.permit({PERMIT},bytes)": SIGNED_APPROVAL,
    f"DepositToken.permit({PERMIT},{SPLIT})": SIGNED_APPROVAL,
    f"DepositToken.transferWithAuthorization({BYTES})": SIGNED_PAYMENT,
    f"DepositToken.transferWithAuthorization({VRS})": SIGNED_PAYMENT,
    f"DepositToken.receiveWithAuthorization({BYTES})": RECEIVING,
    f"DepositToken.receiveWithAuthorization({VRS})": RECEIVING,
    f"DepositToken.cancelAuthorization({CANCEL},bytes)": CANCELLING,
    f"DepositToken.cancelAuthorization({CANCEL},{SPLIT})": CANCELLING,
    f"DepositToken.redeem({ORDER},bytes)": BURN,
    "DepositToken.cancelRedeemOrder(address,bytes32,bytes)": CANCELLING_AN_ORDER,
    f"DepositToken.issue({ENTRY}[])": CREDIT,
    "DepositToken.voidNumber(uint256)": RULE,
    "DepositToken.returnPayout(address,bytes32)": RETURN,
    "DepositToken.forcedTransfer(address,address,uint256,bytes32)": SEIZURE,
    "DepositToken.setTier(address,uint8)": COMPLIANCE,
    "DepositToken.freeze(address)": COMPLIANCE,
    "DepositToken.unfreeze(address)": COMPLIANCE,
    "DepositToken.pause()": RULE,
    "DepositToken.unpause()": RULE,
    "DepositToken.setLimits(uint8,uint256,uint256,uint256)": RULE,
    "DepositToken.setContractURI(string)": RULE,
    f"Teller.issue({ENTRY}[])": CREDIT,
    f"Teller.issueApproved({ENTRY}[],uint256,(address,bytes)[])": APPROVED_CREDIT,
    "Teller.voidNumber(uint256)": RULE,
    "Teller.returnPayout(address,bytes32)": RETURN,
    "Teller.attest(uint256,uint256,uint256,uint64,uint64)": RULE,
    "Teller.setBucket(uint256,uint256)": RULE,
    "Teller.setMaxAge(uint64)": RULE,
    "Teller.setApprovalsNeeded(uint8)": RULE,
    f"Teller.relayTransfers(({BYTES})[])": relayed(SIGNED_PAYMENT),
    f"Teller.relayRedeemOrders(({ORDER},bytes)[])": relayed(BURN),
}
