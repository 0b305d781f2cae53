"""Bridge: the way on from every named state: what it waits for, and the command if it needs one.

A test goes through every transition table: a state that is no end and has no way on fails it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.chain import AlarmKind

__all__ = ["ALARMS", "WAYS", "Way", "alarm_way", "way_on"]


@dataclass(frozen=True, slots=True)
class Way:
    """What a thing in this state waits for, and what an operator can do about it."""

    waits_for: str
    command: str | None = None
    """With ``{id}`` for the thing's id; None where nobody needs to do anything."""
    needs_person: bool = False
    """Whether it stays as it is until a person acts."""


_RETURN = 'jiaozi-bridge return {id} --reason "…"'
_RESOLVE = 'jiaozi-bridge payment {id} --paid (or --not-paid) --reason "…"'
_ACCEPT = 'jiaozi-bridge payment {id} --bear-difference --reason "…"'
_PAY_TO = 'jiaozi-bridge payment {id} --to-account IBAN --name NAME --reason "…"'
_LET_GO = 'jiaozi-bridge payment {id} --let-file-go --reason "…"'
_WITHDRAW = 'jiaozi-bridge withdraw {id} --reason "…"'
_ACKNOWLEDGE = 'jiaozi-bridge acknowledge {id} --reason "…"'
_CLOSE = f"{_ACKNOWLEDGE}, once it is settled"
_LOSS = "whoever is responsible, who settles the loss with the holder"
_OWN_COST = 'jiaozi-bridge payment {id} --own-cost (or --claim) --reason "…"'
_GIVES_BACK = (
    'jiaozi-bridge payment CREDIT --gives-back {id} --reason "…", or '
    'jiaozi-bridge payment {id} --own-cost --reason "…"'
)
_SILENT = "the bank's word, and nothing else: ask the bank for it in writing"
_DIFFERS = "two persons: another sum came back than was paid, and the bank's own funds may bear it"

WAYS: Mapping[str, Mapping[str, Way]] = {
    "statement line": {
        "STORED": Way(
            "whoever it belongs to: an active link matches it by itself",
            f'jiaozi-bridge assign {{id}} --to LINK --reason "…", or {_RETURN}',
            needs_person=True,
        ),
        "CLAIMED": Way(
            "the bank, to give it back: two persons name the credit by which it does",
            _GIVES_BACK,
            needs_person=True,
        ),
        "REFUSED": Way(
            "an operator: the token refused its deposit",
            f'jiaozi-bridge retry {{id}} --reason "…", or {_RETURN}',
            needs_person=True,
        ),
        "EXPLAINED": Way("nothing: see what accounts for it"),
        "QUARANTINED": Way("the end of its statement's quarantine"),
        "CONFLICTING": Way(
            "the bank, to say which is true: another line stands under its id; nothing is booked",
            "jiaozi-bridge hand-in FILE, with the statement that the bank mends, if it must; then "
            'jiaozi-bridge acknowledge {id} --reason "…"',
            needs_person=True,
        ),
        "SET_ASIDE": Way("nothing: another line counts, or its statement was dismissed"),
    },
    "debit": {
        "STORED": Way(
            "the payment that it books, which matches it by itself; or two persons, who say what "
            "it is",
            f'jiaozi-bridge payment {{id}} --booked-as END_TO_END_ID --reason "…", or {_OWN_COST}',
            needs_person=True,
        ),
    },
    "deposit": {
        "QUEUED": Way("the next batch", 'jiaozi-bridge hold {id} --reason "…", to keep it out'),
        "ISSUING": Way("the chain's final word on its transaction"),
        "ISSUED": Way("nothing: its holder has the tokens"),
        "REFUSED": Way(
            "an operator: its number is closed and its money is unmatched",
            f'jiaozi-bridge retry {{id}} --reason "…", or {_RETURN}',
            needs_person=True,
        ),
        "HELD": Way(
            "an operator",
            f'jiaozi-bridge release {{id}} --reason "…", or {_RETURN}',
            needs_person=True,
        ),
    },
    "transaction": {
        "QUEUED": Way("its lane: it is signed in its turn"),
        "SIGNED": Way("a node that takes it"),
        "SENT": Way("a block, and the blocks that make it final"),
        "DONE": Way("nothing: it is final"),
        "REVERTED": Way("nothing: it had no effect, and whoever needed it tries again"),
        "REFUSED": Way("nothing: it was never signed, and whoever needed it tries again"),
    },
    "foreign transaction": {
        "HALTING": Way(
            "two persons, who find out who signs with our key: its address signs nothing",
            'jiaozi-bridge free {id} --reason "…"; if it was nobody of ours, revoke its role first',
            needs_person=True,
        ),
        "EXCUSED": Way("nothing: two persons know of it"),
    },
    "redemption": {
        "RECEIVED": Way("the bank's transaction"),
        "BURNING": Way("the chain's final word on the burn"),
        "REFUSED": Way("nothing: the tokens were not burned"),
        "AWAITING_INSTRUCTIONS": Way(
            "the holder, who hands the signed order in; or an operator",
            _RETURN,
            needs_person=True,
        ),
        "BURNED": Way("the next payout file", f"{_RETURN}, to credit the tokens again instead"),
        "PAYING": Way("the bank, to take the payout file"),
        "SUBMITTED": Way("the bank's word on the payment"),
        "ACCEPTED": Way("the booking on a statement"),
        "PARKED": Way(
            "the bank's debit, which settles it; or two persons: it may have been paid before",
            'jiaozi-bridge payment {id} --not-paid-before --reason "…"',
            needs_person=True,
        ),
        "NEVER_HEARD_BACK": Way(_SILENT, _RESOLVE, needs_person=True),
        "SETTLED": Way("nothing: it is paid"),
        "REJECTED": Way("room in the attested backing, to credit the tokens again"),
        "RETURN_ORDERED": Way("room in the attested backing, to credit the tokens again"),
        "RETURNED_BY_BANK": Way("room in the attested backing, to credit the tokens again"),
        "RETURN_DIFFERS": Way(_DIFFERS, _ACCEPT, needs_person=True),
        "RETURNING": Way("the chain's final word on the return"),
        "RETURNED": Way("nothing: the tokens are credited again"),
    },
    "transfer": {
        "RECEIVED": Way("the bank's transaction"),
        "SENT": Way("a block, and the blocks that make it final"),
        "FINAL": Way("nothing: the money moved"),
        "FAILED": Way("nothing: the money did not move; its sender signs another"),
    },
    "link": {
        "REQUESTED": Way("the bank's word on the account: the wallet asks again"),
        "CONFIRMED": Way("the chain's final word on the wallet's tier"),
        "ACTIVE": Way("nothing"),
        "REFUSED": Way("nothing: the bank said no; the wallet may ask anew"),
        "CLOSED": Way("nothing"),
    },
    "payout file": {
        "HELD": Way(
            "two persons: its sum is above a ceiling",
            f"{_LET_GO}, or {_WITHDRAW}",
            needs_person=True,
        ),
        "SAVED": Way(
            "the bank, to take it: it is handed in until the bank has it",
            'jiaozi-bridge stop {id} --reason "…", where the bank refuses it for good',
        ),
        "STOPPED": Way(
            "two persons, who ask the bank whether it has it after all",
            f"{_WITHDRAW}, ten minutes after the last try; or {_LET_GO}",
            needs_person=True,
        ),
        "SUBMITTED": Way("nothing: the bank has it, and speaks of each of its payments"),
        "WITHDRAWN": Way("nothing: the bank never gets it, and each of its payments went on"),
    },
    "bank document": {
        "TAKEN": Way("nothing"),
        "REFUSED": Way(
            "the bank, to send another: nothing of it was taken",
            f"jiaozi-bridge hand-in FILE, with the mended document, then {_ACKNOWLEDGE}",
            needs_person=True,
        ),
        "ACKNOWLEDGED": Way("nothing: a person has said what came of it"),
    },
    "file": {
        "REFUSED": Way(
            "the bank, to say what it is, or to deliver it again",
            "take {id} out of refused/, once the bank has said what it is: back into inbox/ with "
            "what it lacked, or away",
            needs_person=True,
        ),
        "UNREADABLE": Way(
            "whoever lets the bridge read it",
            "let the bridge read {id} in inbox/, or take it out",
            needs_person=True,
        ),
    },
    "refund": {
        "CLOSING": Way("the chain's final word on the closing of its deposit's number"),
        "ABANDONED": Way("nothing: the money became tokens after all, or was tried again"),
        "AWAITING_ACCOUNT": Way(
            "two persons, who say whom to pay: the bank's line does not",
            _PAY_TO,
            needs_person=True,
        ),
        "READY": Way("the next payout file"),
        "PAYING": Way("the bank, to take the payout file"),
        "SUBMITTED": Way("the bank's word on the payment"),
        "ACCEPTED": Way("the booking on a statement"),
        "SETTLED": Way("nothing: it is paid"),
        "NEVER_HEARD_BACK": Way(_SILENT, _RESOLVE, needs_person=True),
        "REJECTED": Way("two persons, who give another account", _PAY_TO, needs_person=True),
        "RETURNED_BY_BANK": Way(
            "two persons, who give another account", _PAY_TO, needs_person=True
        ),
        "RETURN_DIFFERS": Way(_DIFFERS, _ACCEPT, needs_person=True),
        "TAKEN_BACK": Way("nothing: the bank took the credit back before its money went"),
    },
    "recall": {
        "STOPPING": Way("the chain's final word on the deposit that is taken back"),
        "REVERSED": Way("nothing: it was never issued, and the two lines cancel each other"),
        "RECALLED": Way("the chain's final word on the freezing of the holder's account"),
        "FROZEN": Way(_LOSS, _CLOSE, needs_person=True),
        "THAWED": Way(f"{_LOSS}: the freeze was lifted", _CLOSE, needs_person=True),
        "CLOSED": Way("nothing: a person has said how the loss was settled"),
    },
    "statement file": {
        "READING": Way(
            "the same file once more: its reading was interrupted",
            "jiaozi-bridge hand-in FILE, if the bank does not give it again",
            needs_person=True,
        ),
        "COMPLETE": Way("nothing"),
    },
    "statement": {
        "SOUND": Way("nothing"),
        "QUARANTINED": Way(
            "the statement that is missing before it, or two persons: nothing acts on its lines",
            'jiaozi-bridge accept-statement {id} --reason "…", or '
            'jiaozi-bridge dismiss-statement {id} --reason "…"',
            needs_person=True,
        ),
        "RELEASED": Way("nothing"),
        "DISMISSED": Way("nothing: its lines are never booked"),
    },
    "proposal": {
        "PROPOSED": Way(
            "a second person, until it expires",
            'jiaozi-bridge approve {id}, or jiaozi-bridge decline {id} --reason "…"',
            needs_person=True,
        ),
        "APPROVED": Way("nothing: it is done"),
        "DECLINED": Way("nothing"),
        "WITHDRAWN": Way("nothing"),
        "EXPIRED": Way("nothing: propose it anew if it is still to be done"),
    },
}
"""Thing → state → the way on. Things are called as their transition tables call them; a «debit» is
a statement line whose way is another one than a credit's, a «file» what the bank delivered and
nobody could take in."""

_WAITING = {
    "backing": Way("an attestation that leaves room: see that the attestor runs"),
    "bucket": Way("the operator's bucket: it refills with time, or officers approve the batch"),
    "paused": Way("the governor, to lift the pause"),
    "authority": Way("its role: the operator's key may not issue until it is granted on chain"),
    "chain": Way("the next try: the last call failed without a reason"),
    "retry": Way("the next try, after a revert (see the reason)"),
}


ALARMS: Mapping[AlarmKind, Way] = {
    AlarmKind.FEE_CEILING: Way(
        "the chain, to become cheaper; or a higher chain.fee_ceiling_gwei and a restart"
    ),
    AlarmKind.NO_COIN: Way("whoever sends coin to the address: the chain wants fees"),
    AlarmKind.FOREIGN: Way(
        "two persons, who find out who signs with our key: the address signs nothing",
        'jiaozi-bridge explain {id}, then jiaozi-bridge free {id} --reason "…"',
        needs_person=True,
    ),
    AlarmKind.WRONG_CHAIN: Way("a node of the right chain under chain.rpc_url, and a restart"),
    AlarmKind.CLOCK: Way("this machine's clock, or the node's, to be set"),
    AlarmKind.NODE_BEHIND: Way("that node, or another one in chain.more_nodes and a restart"),
    AlarmKind.NODES_DISAGREE: Way("the node that errs: compare them, and take it out of the list"),
    AlarmKind.NODE_DOWN: Way("that node, or another one in chain.more_nodes and a restart"),
    AlarmKind.DEEP_REORG: Way(
        "two persons, who let the chain be read again",
        'jiaozi-bridge rebuild --reason "…"',
        needs_person=True,
    ),
    AlarmKind.RESTORED: Way(
        "two persons, who say that the bank's statements were read up to today",
        'jiaozi-bridge resume --reason "…"',
        needs_person=True,
    ),
    AlarmKind.UNEXPLAINED: Way(
        "the bank's line: without it, somebody else issues with our key",
        "jiaozi-bridge hand-in FILE, with the statements since the backup",
        needs_person=True,
    ),
    AlarmKind.UNREAD: Way("the reader, to come to the last final block: see duties"),
}
"""The way on from every alarm of the chain; ``{id}`` is what it is about."""


def alarm_way(kind: AlarmKind, subject: str) -> Way:
    """The way on from an alarm of the chain."""
    way = ALARMS[kind]
    command = None if way.command is None else way.command.replace("{id}", subject)
    return Way(way.waits_for, command, way.needs_person)


def way_on(
    thing: str,
    state: str,
    thing_id: str,
    waiting_for: str | None = None,
    alarm: str | None = None,
    *,
    direction: str | None = None,
) -> Way:
    """The way on, with the thing's id in the command. An `alarm` waits for a person, whatever the
    state is, and beside what the state waits for. A line's `direction` is the bank's.
    """
    way = WAYS.get(thing, {}).get(state)
    if thing == "statement line" and direction == "DEBIT":
        way = WAYS["debit"].get(state, way)
    if way is None:
        return Way("something that this version does not know")
    waits = way.waits_for
    if waiting_for is not None and waiting_for in _WAITING:
        waits = _WAITING[waiting_for].waits_for
    command = way.command
    if alarm is not None:
        waits = f"a person who looks at its alarm; {waits}"
        kept = f"{command}; then " if way.needs_person else ""
        command = f"{kept}{_ACKNOWLEDGE}"
    command = None if command is None else command.replace("{id}", thing_id)
    return Way(waits, command, way.needs_person or alarm is not None)
