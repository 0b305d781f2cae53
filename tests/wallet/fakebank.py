"""A bank's bridge, in memory, behind real HTTP: for tests of the commands.

It verifies signatures with eth-account over the JSON form that a stranger's wallet would sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data

from tests.wallet.fakechain import TOKEN, FakeChain

Answer = dict[str, Any]
TELLER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
RESERVE = "DE02120300000000202051"


@dataclass
class FakeBank:
    """What the bank knows, and how it answers."""

    chain: FakeChain
    fee: str = "0.00"
    relays: bool = True
    link_states: list[str] = field(default_factory=lambda: ["REQUESTED", "CONFIRMED", "ACTIVE"])
    redemption_states: list[str] = field(
        default_factory=lambda: ["RECEIVED", "BURNING", "BURNED", "SUBMITTED", "SETTLED"]
    )
    reason: str | None = None
    transfer_state: str = "SENT"
    refuse: Callable[[str], tuple[int, Answer] | None] = lambda _: None
    silent: bool = False  # takes a POST in, and never answers it
    date: str | None = None  # what the server says the time is, if it does
    info_changes: Answer = field(default_factory=dict)
    keys: dict[str, Answer] = field(default_factory=dict)
    proofs: dict[str, Answer] = field(default_factory=dict)  # by path; else 404
    requests: list[tuple[str, str, Answer]] = field(default_factory=list)

    def answer(self, method: str, path: str, body: Answer, key: str | None) -> tuple[int, Answer]:
        """One HTTP request: its status and JSON."""
        self.requests.append((method, path, body))
        known = self.refuse(path) or self._known(path)
        if known is not None:
            return known
        room = path.split("/")[2]
        if method == "GET":
            return 200, self._look(room, path.split("/")[3])
        assert key is not None
        if key in self.keys:
            if self.keys[key] != body:
                return 422, problem("idempotency-key-reused", "The key was used otherwise.")
            return 202, self._look(room, f"{room}_1")
        self.keys[key] = body
        if path.endswith("/close"):
            return self._close(path.split("/")[3], body)
        posts = {
            "links": self._post_links,
            "transfers": self._post_transfers,
            "redemptions": self._post_redemptions,
        }
        return posts[room](body)

    def _known(self, path: str) -> tuple[int, Answer] | None:
        """What is looked up by its path alone; None for the rest."""
        if path == "/v1/info":
            return 200, self._info()
        if not path.startswith("/v1/proofs"):
            return None
        found = self.proofs.get(path)
        return (404, problem("not-found", "There is none.")) if found is None else (200, found)

    def _info(self) -> Answer:
        chain = self.chain
        return {
            "chain_id": chain.chain_id,
            "caip2": f"eip155:{chain.chain_id}",
            "token": TOKEN,
            "teller": TELLER,
            "token_name": chain.name,
            "symbol": chain.symbol,
            "currency": chain.currency,
            "decimals": chain.decimals,
            "depth": 2,
            "redemption_fee": {"amount": self.fee, "currency": chain.currency},
            "relay": True,
        } | self.info_changes

    def _look(self, room: str, found: str) -> Answer:
        states = {"links": self.link_states, "redemptions": self.redemption_states}.get(room)
        if states is None:
            return self._transfer()
        state = states.pop(0) if len(states) > 1 else states[0]
        answer = {"id": found, "state": state, "reason": self.reason}
        if room == "links":
            answer |= {"deposit_reference": "RF18539007547034", "reserve_account": RESERVE}
        return answer

    def _transfer(self) -> Answer:
        state = self.transfer_state
        return {"id": "transfers_1", "state": state, "tx_hash": None, "reason": self.reason}

    def _post_links(self, body: Answer) -> tuple[int, Answer]:
        message = {key: body[key] for key in ("wallet", "account", "name", "nonce")}
        message["issuedAt"] = body["issued_at"]
        fields = "address wallet,string account,string name,uint256 issuedAt,bytes32 nonce"
        self._verify("AccountLink", {"AccountLink": fields}, message, body, body["wallet"])
        self.chain.tiers[body["wallet"]] = 1
        return 201, self._look("links", "links_1")

    def _close(self, link: str, body: Answer) -> tuple[int, Answer]:
        message = {"wallet": body["wallet"], "account": body["account"], "link": link}
        message["issuedAt"] = body["issued_at"]
        fields = "address wallet,string account,string link,uint256 issuedAt"
        self._verify("AccountUnlink", {"AccountUnlink": fields}, message, body, body["wallet"])
        self.link_states = ["CLOSED"]
        return 200, self._look("links", link)

    def _post_transfers(self, body: Answer) -> tuple[int, Answer]:
        message = {
            "from": body["from"],
            "to": body["to"],
            "value": body["value"],
            "validAfter": body["valid_after"],
            "validBefore": body["valid_before"],
            "nonce": body["nonce"],
        }
        fields = (
            "address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,"
            "bytes32 nonce"
        )
        name = "TransferWithAuthorization"
        self._verify(name, {name: fields}, message, body, body["from"])
        if self.relays:
            nonce = bytes.fromhex(body["nonce"][2:])
            self.chain.bring(body["from"], body["to"], int(body["value"]), nonce)
        return 202, self._transfer()

    def _post_redemptions(self, body: Answer) -> tuple[int, Answer]:
        order = body["order"]
        types = {
            "RedeemOrder": "address holder,uint256 amount,Payout payout,uint256 fee,"
            "bytes32 nonce,uint256 deadline",
            "Payout": "string account,string name,string reference,bytes32 salt",
        }
        message = order | {"payout": body["payout"]}
        self._verify("RedeemOrder", types, message, body, order["holder"])
        nonce = bytes.fromhex(order["nonce"][2:])
        amount, fee = int(order["amount"]), int(order["fee"])
        if self.relays:
            self.chain.redeem(order["holder"], nonce, amount, fee)
        return 202, self._look("redemptions", "redemptions_1")

    def _verify(
        self, name: str, types: dict[str, str], message: Answer, body: Answer, signer: str
    ) -> None:
        domain = "string name,string version,uint256 chainId,address verifyingContract"
        described = {
            struct: [
                {"name": part.split(" ")[1], "type": part.split(" ")[0]}
                for part in fields.split(",")
            ]
            for struct, fields in ({"EIP712Domain": domain} | types).items()
        }
        full = {
            "types": described,
            "primaryType": name,
            "domain": {
                "name": self.chain.name,
                "version": "1",
                "chainId": self.chain.chain_id,
                "verifyingContract": TOKEN,
            },
            "message": message,
        }
        signable = encode_typed_data(full_message=full)
        assert Account.recover_message(signable, signature=body["signature"]) == signer


def problem(slug: str, detail: str, remedy: str = "Try again later.") -> Answer:
    """An RFC 9457 body as the bridge writes it."""
    return {
        "type": f"urn:jiaozi:problem:{slug}",
        "title": slug,
        "detail": detail,
        "remedy": remedy,
    }
