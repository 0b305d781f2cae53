"""Migrations: every room's tables on the one `metadata`, to compare with what the steps make."""

from __future__ import annotations

from importlib import import_module

from api.kernel.database import metadata

__all__ = ["ROOMS", "metadata"]

ROOMS = (
    "api.kernel.counter",
    "api.kernel.lease",
    "api.access.store",
    "api.ledger.store",
    "api.statements.reports",
    "api.statements.sheets",
    "api.statements.store",
    "api.links.store",
    "api.deposits.store",
    "api.deposits.adopted",
    "api.chain.store",
    "api.chain.alarms",
    "api.chain.strangers",
    "api.chain.blocks",
    "api.relay.store",
    "api.transfers.store",
    "api.redemptions.store",
    "api.reserve.store",
    "api.proofs.store",
    "api.payouts.store",
    "api.payouts.alarms",
    "api.refunds.store",
    "api.statements.named",
    "api.inbox.store",
    "api.recalls.store",
    "api.approvals.store",
)
"""Modules that describe tables, those first that others refer to."""

for _room in ROOMS:
    import_module(_room)
