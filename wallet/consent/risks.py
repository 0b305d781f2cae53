"""Wallet: the dangers of a signature, each with a name by which alone it can be accepted.

Pure functions over what is known. Who is a known payee is decided by what this wallet itself
signed and by its contacts, never by what others put on the chain: dust, or a transfer of zero
in somebody's name, makes no address known.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from wallet.address import Address
from wallet.consent.acts import Act, ActKind
from wallet.consent.names import double_of, is_mixed
from wallet.consent.siwe import looks_like_sign_in
from wallet.hints import TYPE_CHECKING, Final
from wallet.plain import show
from wallet.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wallet.typed_json import TypedData

UNKNOWN_SPENDER: Final = "unknown-spender"
UNLIMITED_ALLOWANCE: Final = "unlimited-allowance"
LOOK_ALIKE: Final = "look-alike"
LOOK_ALIKE_NAME: Final = "look-alike-name"
MIXED_SCRIPT: Final = "mixed-script"
CONTRACT_PAYEE: Final = "contract-payee"
OTHER_CHAIN: Final = "other-chain"
OTHER_ACCOUNT: Final = "other-account"
BLIND_TYPED_DATA: Final = "blind-typed-data"
BLIND_CALL: Final = "blind-call"
RAW_DIGEST: Final = "raw-digest"
HIDDEN_TEXT: Final = "hidden-text"
SIGN_IN_LOOK_ALIKE: Final = "sign-in-look-alike"
#: Every risk; each has its sentence under "risk.<name>".
RISKS: Final = (
    UNKNOWN_SPENDER,
    UNLIMITED_ALLOWANCE,
    LOOK_ALIKE,
    LOOK_ALIKE_NAME,
    MIXED_SCRIPT,
    CONTRACT_PAYEE,
    OTHER_CHAIN,
    OTHER_ACCOUNT,
    BLIND_TYPED_DATA,
    BLIND_CALL,
    RAW_DIGEST,
    HIDDEN_TEXT,
    SIGN_IN_LOOK_ALIKE,
)

# How many of the first and of the last digits must agree. Whoever searches for a look-alike
# gets three and three, or two and four, in minutes; of unrelated addresses one pair in ten
# million agrees so far.
_LEAST_AT_AN_END: Final = 2
_LEAST_TOGETHER: Final = 6
_DELEGATION: Final = b"\xef\x01\x00"  # EIP-7702: a person's own address that runs others' code
_DELEGATION_BYTES: Final = 23
_DIGEST_BYTES: Final = 32
_DIGEST_TEXT: Final = re.compile(rb"(0x)?[0-9a-fA-F]{64}")
_LINES: Final = "\n\t"
_NONE: Final[Mapping[str, object]] = MappingProxyType({})


class Risk(Record):
    """A danger: its name, and the values that its sentence speaks of."""

    name: str
    values: Mapping[str, object] = _NONE


class Facts(Record):
    """What this wallet knows when it is asked to sign.

    `own` are its accounts, `account` the signing one; `paid` the payees of its own signed
    payments; `codes` the code found at addresses that were looked up on the chain.
    """

    account: Address
    chain_id: int
    own: frozenset[str] = frozenset()
    contacts: Mapping[str, Address] = MappingProxyType({})
    paid: frozenset[str] = frozenset()
    trusted: frozenset[str] = frozenset()  # the bank's own contracts
    codes: Mapping[str, bytes] = MappingProxyType({})

    @property
    def known(self) -> frozenset[str]:
        """Addresses that the owner means: contacts, earlier payees, own accounts."""
        return self.paid | self.own | set(self.contacts.values())

    def name_of(self, address: str | None) -> str | None:
        """The contact's name of an address."""
        return next((name for name, known in self.contacts.items() if known == address), None)


def risks_of_acts(acts: Iterable[Act], facts: Facts) -> tuple[Risk, ...]:
    """The dangers of what a message or transaction does, each once."""
    found = (risk for act in acts for risk in _of_act(act, facts))
    return tuple(_once(found))


def risks_of_typed(typed: TypedData) -> tuple[Risk, ...]:
    """What can be said of a message that nobody knows: whether there is anything to read in it."""
    readable = any(leaf.kind.partition("[")[0] not in _UNREADABLE for leaf in typed.fields())
    return () if readable else (Risk(BLIND_TYPED_DATA, {"message": typed.primary_type}),)


def risks_of_text(text: bytes) -> tuple[Risk, ...]:
    """The dangers of a text: that it is a hash in truth, or that it hides letters."""
    if len(text) == _DIGEST_BYTES and not _is_plain(text):
        return (Risk(RAW_DIGEST),)
    if _DIGEST_TEXT.fullmatch(text.strip()):
        return (Risk(RAW_DIGEST),)
    return () if _is_plain(text) else (Risk(HIDDEN_TEXT),)


def risks_of_sign_in(text: bytes) -> tuple[Risk, ...]:
    """The dangers of a text that is no sign-in by the standard: that people take it for one."""
    if not looks_like_sign_in(text.decode("utf-8", "replace")):
        return ()
    return (Risk(SIGN_IN_LOOK_ALIKE),)


def risks_of_name(name: str, contacts: Mapping[str, Address]) -> tuple[Risk, ...]:
    """The dangers of giving somebody this name."""
    found = []
    if is_mixed(name):
        found.append(Risk(MIXED_SCRIPT, {"name": show(name)}))
    double = double_of(name, contacts)
    if double is not None:
        found.append(Risk(LOOK_ALIKE_NAME, {"name": show(name), "known": show(double)}))
    return tuple(found)


def risks_of_contact(name: str, address: Address, facts: Facts) -> tuple[Risk, ...]:
    """The dangers of remembering an address under a name."""
    like = look_alike(address, facts.known)
    found = [] if like is None else [Risk(LOOK_ALIKE, {"address": address, "known": like})]
    if is_contract(facts.codes.get(address, b"")):
        found.append(Risk(CONTRACT_PAYEE, {"address": address}))
    return (*found, *risks_of_name(name, facts.contacts))


def look_alike(address: str, known: Iterable[str]) -> str | None:
    """The known address that this one could be taken for; None if it is known itself."""
    known, digits = frozenset(known), address[2:].lower()
    if address in known:
        return None
    for each in sorted(known):
        other = each[2:].lower()
        first, last = _alike(digits, other), _alike(digits[::-1], other[::-1])
        if min(first, last) >= _LEAST_AT_AN_END and first + last >= _LEAST_TOGETHER:
            return each
    return None


def is_contract(code: bytes) -> bool:
    """Whether code at an address makes it no person's: a delegation (EIP-7702) does not."""
    return bool(code) and not (len(code) == _DELEGATION_BYTES and code.startswith(_DELEGATION))


_UNREADABLE: Final = ("bytes", *(f"bytes{size}" for size in range(1, 33)))


def _of_act(act: Act, facts: Facts) -> Iterator[Risk]:
    if act.kind is ActKind.PAY and act.party is not None:
        yield from _of_payee(act.party, facts)
    if act.kind is ActKind.ALLOW and act.amount != 0:
        if act.party not in facts.trusted | frozenset(facts.contacts.values()):
            yield Risk(UNKNOWN_SPENDER, {"spender": act.party})
        if act.is_unlimited:
            yield Risk(UNLIMITED_ALLOWANCE, {"spender": act.party})
    if act.chain_id not in (None, facts.chain_id):
        yield Risk(OTHER_CHAIN, {"chain": act.chain_id, "own": facts.chain_id})
    elif act.chain_id is None and act.kind in _MOVING:
        yield Risk(OTHER_CHAIN, {"chain": "*", "own": facts.chain_id})
    if act.account not in (None, facts.account):
        yield Risk(OTHER_ACCOUNT, {"account": act.account, "own": facts.account})
    if act.kind is ActKind.OTHER and not act.name and act.chain_id is not None:
        yield Risk(BLIND_CALL, {"contract": act.contract or "-"})


_MOVING: Final = (ActKind.PAY, ActKind.ALLOW, ActKind.REDEEM)


def _of_payee(payee: str, facts: Facts) -> Iterator[Risk]:
    like = look_alike(payee, facts.known)
    if like is not None:
        yield Risk(LOOK_ALIKE, {"address": payee, "known": like})
    if payee not in facts.paid and is_contract(facts.codes.get(payee, b"")):
        yield Risk(CONTRACT_PAYEE, {"address": payee})
    name = facts.name_of(payee)
    if name is not None and is_mixed(name):
        yield Risk(MIXED_SCRIPT, {"name": show(name)})


def _alike(one: str, other: str) -> int:
    """How many letters agree from the start."""
    for place, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return place
    return min(len(one), len(other))


def _is_plain(text: bytes) -> bool:
    try:
        lines = text.decode()
    except UnicodeDecodeError:
        return False
    plain = "".join(letter for letter in lines.replace("\r\n", "\n") if letter not in _LINES)
    return show(plain) == plain


def _once(risks: Iterable[Risk]) -> Iterator[Risk]:
    seen: set[str] = set()
    for risk in risks:
        key = repr(risk)
        if key not in seen:
            seen.add(key)
            yield risk
