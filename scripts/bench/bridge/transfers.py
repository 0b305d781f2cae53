"""Bench: relayed transfers, one HTTP request each."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from typing import Any

from sqlalchemy import func, select

from api.kernel.database import Database
from api.transfers import TransferState
from api.transfers.store import transfers
from scripts.bench import BenchError
from scripts.bench.bridge.chain import holder
from scripts.bench.bridge.usage import quantiles
from scripts.bench.bridge.wire import Link, post
from scripts.bench.bridge.world import World
from wallet.signer import LocalSigner
from wallet.typed_data import TransferAuthorization

__all__ = ["relayed"]

CONNECTIONS = 16
PAYERS = 64
_TIER = 5
_HOUR = 3_600
_PATIENCE = 300.0
_LOOK_EVERY = 0.02
_UNDER_WAY = (TransferState.RECEIVED, TransferState.SENT)
_t = transfers.c


def relayed(world: World, count: int) -> dict[str, Any]:
    """So many signed transfers from 16 connections: taken in, and final on the chain."""
    payers = _payers(world, count // PAYERS + 1)
    requests = [_request(world, payers, number) for number in range(count)]
    before, began, ours = world.usage(), time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = [requests[n::CONNECTIONS] for n in range(CONNECTIONS)]
        taken = [each for part in pool.map(lambda part: _send(world, part), parts) for each in part]
    accepted = time.perf_counter() - began
    _await_final(world, count)
    took, after, ours = time.perf_counter() - began, world.usage(), time.process_time() - ours
    used = {name: after[name].cpu - before[name].cpu for name in after} | {"bench": ours}
    return {
        "transfers": count,
        "accepted_per_second": round(count / accepted),
        "final_per_second": round(count / took),
        "request_ms": quantiles(taken),
        "cpu_us_per_transfer": {name: round(cpu / count * 1e6) for name, cpu in used.items()},
    }


def _payers(world: World, share: int) -> list[LocalSigner]:
    """Wallets with keys, which holders of the world pay first: it must have taken deposits in."""
    found = [LocalSigner(hashlib.sha256(f"payer {n}".encode()).digest()) for n in range(PAYERS)]
    deployed = world.deployed
    compliance = deployed.key("compliance").address
    deployed.anvil.rpc("anvil_impersonateAccount", compliance)
    for payer in found:
        deployed.token.functions.setTier(payer.address, _TIER).transact(
            {"from": compliance, "gas": 100_000, "gasPrice": 0}
        )
    _mined(world)
    for number, payer in enumerate(found):
        rich = holder(number)
        deployed.anvil.rpc("anvil_impersonateAccount", rich)
        deployed.token.functions.transfer(payer.address, share).transact(
            {"from": rich, "gas": 200_000, "gasPrice": 0}
        )
    _mined(world)
    poor = [each for each in found if _balance(world, each) < share]
    if poor:
        raise BenchError(f"{len(poor)} payers have too little: take a statement in first")
    return found


def _mined(world: World) -> None:
    """Let two blocks pass: the second began after everything before was handed in."""
    goal = world.deployed.web3.eth.block_number + 2
    while world.deployed.web3.eth.block_number < goal:
        time.sleep(_LOOK_EVERY)


def _balance(world: World, payer: LocalSigner) -> int:
    return int(world.deployed.token.functions.balanceOf(payer.address).call())


def _request(world: World, payers: Sequence[LocalSigner], number: int) -> bytes:
    payer, payee = payers[number % PAYERS], payers[(number + 1) % PAYERS]
    order = TransferAuthorization(
        payer.address, payee.address, 1, 0, int(time.time()) + _HOUR, secrets.token_bytes(32)
    )
    signature = payer.sign_message(order, world.deployed.deployment.domain())
    body = {
        "from": order.from_,
        "to": order.to,
        "value": str(order.value),
        "valid_after": "0",
        "valid_before": str(order.valid_before),
        "nonce": f"0x{order.nonce.hex()}",
        "signature": f"0x{signature.hex()}",
    }
    return post("/v1/transfers", json.dumps(body).encode(), secrets.token_hex(16))


def _send(world: World, requests: Sequence[bytes]) -> list[float]:
    """Over one connection, one after the other: how long each took."""
    taken = []
    with closing(Link(world.port)) as link:
        for request in requests:
            began = time.perf_counter()
            status, said = link.ask(request)
            if status != HTTPStatus.ACCEPTED:
                raise BenchError(f"a transfer was answered with {status}: {said[:300]!r}")
            taken.append(time.perf_counter() - began)
    return taken


def _await_final(world: World, count: int) -> None:
    database, end = Database(world.database_url), time.perf_counter() + _PATIENCE
    # one that is under way is found at once; to count all that are final, again and again, would
    # take a part of the machine
    under_way = select(_t.id).where(_t.state.in_([each.value for each in _UNDER_WAY])).limit(1)
    final = select(func.count()).where(_t.state == TransferState.FINAL.value)
    try:
        while time.perf_counter() < end:
            world.check()
            with database.reading() as connection:
                if connection.execute(under_way).first() is None:
                    if connection.execute(final).scalar_one() < count:
                        raise BenchError(f"not all of {count} transfers became final")
                    return
            time.sleep(_LOOK_EVERY)
    finally:
        database.close()
    raise BenchError(f"not all of {count} transfers were final after {_PATIENCE} s")
