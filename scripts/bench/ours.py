"""Bench: our token and our Teller, wired as a deployment is, with every rule switched on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scripts.bench.artifacts import Artifact
from scripts.bench.chain import DEPLOYER, Chain
from scripts.bench.erc20 import AMOUNT, DEADLINE, FUNDS, Erc20, fields
from scripts.bench.measure import Measured, Operation, hundredth, measured
from scripts.bench.people import BATCH, People, plain_bytes, signed
from scripts.bench.rows import ABSENT
from scripts.deployment.parameters import Parameters, read_parameters
from scripts.deployment.wiring import PERMISSIONS, Role
from wallet.address import Address
from wallet.typed_data import Payout, RedeemOrder

PARAMETERS = Path(__file__).resolve().parents[1] / "parameters" / "eur.json"
# A tier with all three limits: payment, day and balance.
TIER = 3
# So large that only the gas of asking is left, and good for all the days that a run takes.
BUCKET, BACKING, MAX_AGE = 10**15, 10**18, 10**9
FEE = 50
ENTRIES = "issue((uint256,bytes16,address,uint256)[])"
ORDER = "redeem((address,uint256,bytes32,uint256,bytes32,uint256),bytes)"
RELAY = "relayTransfers((address,address,uint256,uint256,uint256,bytes32,bytes)[])"
# Deposit numbers run on, and a word of the bitmap holds 256. They begin so that the batch that
# counts stays in a word that is in use, as three batches in five do; a fresh word costs 22,000.
WORD = 256
FRESH_WORD = 0x0F44 * WORD


class Ours:
    """A deployed token with its Teller, and the people's accounts in it."""

    def __init__(self, chain: Chain, people: People, built: Mapping[str, Artifact]) -> None:
        self.chain, self.people = chain, people
        parameters = read_parameters(PARAMETERS)
        self.manager = chain.deploy(built["AccessManager"].code, "address", DEPLOYER)
        self.token = self._create(built["DepositToken"], parameters)
        self.teller = chain.deploy(
            built["Teller"].code, "address,address", self.manager, self.token
        )
        self.erc20 = Erc20(chain, people, self.token, parameters.name)
        self._wire(built)
        self._set_policy(parameters)
        self._orders = 0
        funded = list(people.funded)
        # The third batch after these is the one that counts: the second in its word of the bitmap.
        self._number = FRESH_WORD - BATCH - len(funded)
        for begin in range(0, len(funded), BATCH):
            self._issue(funded[begin : begin + BATCH], FUNDS)

    def measure(self) -> Measured:
        """All rows."""
        self.erc20.approve()
        found = measured(self.chain, self._operations())
        first = {
            name: None if ("ours_first_of_day", name) in ABSENT else gas
            for name, gas in found.first_of_day.items()
        }
        return Measured(first, found.later)

    def _operations(self) -> dict[str, Operation]:
        erc20 = self.erc20
        return {
            "transfer": erc20.transfer,
            "transfer_registered": erc20.transfer_registered,
            "transferFrom": erc20.transfer_from,
            "permit": erc20.permit,
            "transferWithAuthorization": erc20.transfer_with_authorization,
            "issue_100": lambda: self._issue(self.people.holders, AMOUNT),
            "redeem": self._redeem,
            "relay_100_each": self._relay,
        }

    def _create(self, token: Artifact, parameters: Parameters) -> Address:
        return self.chain.deploy(
            token.code,
            "address,string,string,string,uint8,int32,string",
            self.manager,
            parameters.name,
            parameters.symbol,
            parameters.currency,
            parameters.decimals,
            parameters.utc_offset_seconds,
            parameters.contract_uri,
        )

    def _wire(self, built: Mapping[str, Artifact]) -> None:
        """Functions to roles as in any deployment; the deploying key holds them all."""
        places = {"DepositToken": self.token, "Teller": self.teller}
        for (name, function), role in PERMISSIONS.items():
            self._send(
                self.manager,
                "setTargetFunctionRole(address,bytes4[],uint64)",
                places[name],
                built[name].selectors(function),
                role.value,
            )
        for role in (Role.OPERATOR, Role.ATTESTOR, Role.COMPLIANCE, Role.GOVERNOR):
            self._grant(role, DEPLOYER)
        self._grant(Role.ISSUER, self.teller)

    def _grant(self, role: Role, holder: Address) -> None:
        self._send(self.manager, "grantRole(uint64,address,uint32)", role.value, holder, 0)

    def _set_policy(self, parameters: Parameters) -> None:
        for tier, limits in enumerate(parameters.tiers):
            three = (limits.per_payment, limits.per_day, limits.balance)
            self._send(self.token, "setLimits(uint8,uint256,uint256,uint256)", tier, *three)
        for holder in self.people.registered:
            self._send(self.token, "setTier(address,uint8)", holder, TIER)
        refill = parameters.bucket_refill_per_second
        self._send(self.teller, "setBucket(uint256,uint256)", BUCKET, refill)
        self._send(self.teller, "setMaxAge(uint64)", MAX_AGE)
        attest = "attest(uint256,uint256,uint256,uint64,uint64)"
        self._send(self.teller, attest, BACKING, 0, 0, self.chain.now(), 1)

    def _issue(self, holders: list[Address], amount: int) -> int:
        """The operator has a batch of deposits credited, under the next numbers."""
        entries = []
        for number, holder in enumerate(holders, start=self._number):
            entries.append((number, plain_bytes(f"line {number}", 16), holder, amount))
        self._number += len(entries)
        return self._send(self.teller, ENTRIES, entries, moves=len(entries))

    def _redeem(self) -> int:
        """The relay brings an order that the payer has signed."""
        self._orders += 1
        made, signature = signed(self.people.payer, self.erc20.domain, self._order)
        whom = (made.holder, made.amount, made.payout.struct_hash())
        order = (*whom, made.fee, made.nonce, made.deadline)
        return self.chain.gas(self.people.relay, self.token, ORDER, order, signature, moves=1)

    def _order(self, n: int) -> RedeemOrder:
        name = f"order {self._orders}/{n}"
        payout = Payout(
            "DE02120300000000202051", "A Holder", "savings", plain_bytes(f"salt {name}")
        )
        nonce = plain_bytes(name)
        return RedeemOrder(self.people.payer.address, AMOUNT, payout, FEE, nonce, DEADLINE)

    def _relay(self) -> int:
        """The relay brings a hundred payments that a hundred payers have signed."""
        signed_payments = self.erc20.authorizations(self.people.payers, self.people.holders)
        entries = [(*fields(made), signature) for made, signature in signed_payments]
        return hundredth(
            self.chain.gas(self.people.relay, self.teller, RELAY, entries, moves=len(entries))
        )

    def _send(self, to: Address, signature: str, *values: object, moves: int = 0) -> int:
        return self.chain.gas(DEPLOYER, to, signature, *values, moves=moves)
