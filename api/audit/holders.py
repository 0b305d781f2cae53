"""Audit: links and relayed transfers against the token's events and the holders' signatures."""

from __future__ import annotations

from collections.abc import Iterator

from api.audit.due import decided_as
from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing, keyed, together
from api.bank import creditor_reference
from api.evidence import Evidence, Log
from wallet.errors import WalletError
from wallet.signer import recover
from wallet.typed_data import Domain, TransferAuthorization

__all__ = ["check_links", "check_transfers"]

_LIVE = frozenset({"CONFIRMED", "ACTIVE"})


def check_links(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """A link's tier is the one that stands on chain, and each registered wallet has its link."""
    tiers: dict[str, Log] = {}
    for log in evidence.chain.events.named("TierSet", up_to=tables.read_up_to):
        tiers[log.args["account"]] = log
    registered = {
        row["ref"].partition("#")[0]
        for row in tables["chain_transactions"]
        if row["purpose"] == "set-tier"
    }
    rows = tables.by("links", "id")
    for link_id in sorted(registered - rows.keys()):
        yield Finding("links", link_id, "row", "missing: its tier was sent to the chain")
    for row in tables["links"]:
        expected: dict[str, object] = {"deposit_reference": _reference(row["number"])}
        on_chain = tiers.get(row["wallet"])
        if row["state"] == "ACTIVE":
            expected["tier"] = None if on_chain is None else on_chain.args["tier"]
        yield from differing("links", row["id"], row, expected, "the chain and its number")
        if row["state"] == "ACTIVE" and on_chain is not None and row["updated_at"] < on_chain.time:
            problem = f"its tier was set at {on_chain.time.isoformat()}"
            yield Finding("links", row["id"], "updated_at", problem)
        if row["state"] in ("REQUESTED", "REFUSED") and row["id"] in registered:
            yield Finding("links", row["id"], "state", "its tier was sent to the chain")
    numbers = {row["number"] for row in tables["links"]}
    for number in sorted(set(range(1, max([*numbers, 0]))) - numbers):
        yield Finding("links", f"number {number}", "row", "missing: a later number is there")
    yield from _matched(tables, rows)


def _matched(tables: Tables, rows: dict[str, Row]) -> Iterator[Finding]:
    """A deposit came to its link by one of the three ways, or two operators said so.

    Their word stands above the line's; what was refused may have been of another link before it.
    """
    assigned = decided_as(tables, "assign", "link")
    sides = (
        keyed(tables.ordered("deposits", "line_id", "number"), "line_id"),
        keyed(tables.ordered("bank_lines", "id"), "id"),
    )
    for line_id, (deposits, lines) in together(*sides):
        for deposit in deposits if lines else ():
            link, number = rows.get(deposit["link_id"]), deposit["number"]
            if line_id in assigned:
                if deposit["state"] != "REFUSED":
                    expected = {"link_id": assigned[line_id]}
                    yield from differing("deposits", number, deposit, expected, "two persons' word")
            elif link is not None and not _names(lines[0], link):
                problem = f"nothing of {line_id} names it, and number {number} is its"
                yield Finding("links", str(link["id"]), "account", problem)


def _names(line: Row, link: Row) -> bool:
    return (
        _plain(line["structured_reference"]) == link["deposit_reference"]
        or _plain(line["payer_account"]) == _plain(link["account"])
        or (
            line["payee_account"] is not None
            and _plain(line["payee_account"]) == _plain(link["virtual_account"])
        )
    )


def check_transfers(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """A transfer is what its sender signed, and final if and only if the chain moved it."""
    used = {
        (log.args["authorizer"], log.args["nonce"]): log
        for log in evidence.chain.events.named("AuthorizationUsed", up_to=tables.read_up_to)
    }
    domain = Domain(
        name=evidence.token_name,
        chain_id=evidence.chain_id,
        verifying_contract=evidence.token,
    )
    for row in tables["transfers"]:
        key, nonce = str(row["id"]), bytes.fromhex(row["nonce"][2:])
        if not _is_signed(row, nonce, domain):
            problem = "its sender's signature is not over these values"
            yield Finding("transfers", key, "signature", problem)
        log = used.get((row["sender"], nonce))
        has_moved = log is not None and _is_for(log, row)
        if (row["state"] == "FINAL") != has_moved:
            on_chain = _said(log, has_moved=has_moved)
            problem = f"it is {row['state']}, and the chain has {on_chain}"
            yield Finding("transfers", key, "state", problem)
        elif log is not None and has_moved:
            expected = {"tx_hash": log.tx_hash}
            yield from differing("transfers", key, row, expected, "the chain's event")
            if row["changed_at"] != log.time:
                problem = f"the chain moved it at {log.time.isoformat()}"
                yield Finding("transfers", key, "changed_at", problem)
    yield from _relayed(tables)


def _is_for(used: Log, row: Row) -> bool:
    """Whether the nonce was used for this payment: a holder can sign one for two."""
    return (used.args.get("to"), used.args.get("value")) == (row["recipient"], row["value"])


def _said(used: Log | None, *, has_moved: bool) -> str:
    if used is None:
        return "not moved it"
    if has_moved:
        return f"moved it in {used.tx_hash}"
    return f"used its nonce for another payment in {used.tx_hash}"


def _relayed(tables: Tables) -> Iterator[Finding]:
    """What our relayer sent one by one was somebody's transfer or order."""
    known = {row["id"] for name in ("transfers", "redemptions") for row in tables[name]}
    for row in tables["chain_transactions"]:
        if row["purpose"] in ("transfer", "redeem") and "_" in row["ref"]:
            thing = row["ref"].partition("#")[0]
            table = "transfers" if row["purpose"] == "transfer" else "redemptions"
            if thing.split("_")[0] in ("transfer", "redemption") and thing not in known:
                yield Finding(table, thing, "row", f"missing: {row['id']} was sent for it")
    for row in tables["relay_entries"]:
        if row["subject"] not in known:
            table = f"{row['subject'].split('_')[0]}s"
            yield Finding(table, row["subject"], "row", "missing: it was taken in to be relayed")


def _is_signed(row: Row, nonce: bytes, domain: Domain) -> bool:
    try:
        order = TransferAuthorization(
            from_=row["sender"],
            to=row["recipient"],
            value=row["value"],
            valid_after=row["valid_after"],
            valid_before=row["valid_before"],
            nonce=nonce,
        )
        signer = recover(order.digest(domain), bytes(row["signature"]))
    except WalletError:
        return False
    return signer == str(row["sender"])


def _reference(number: int) -> str:
    return creditor_reference(f"{number:08d}")


def _plain(text: str | None) -> str:
    return "".join((text or "").split()).upper()
