"""Wallet: the agent's judge: the policy decides for the owner's account and for each token.

The policy is read anew for each request, so a change, or a file that its owner has not signed,
counts at once; none at all, or an older one, is no change but a fault. An agent that never had a
policy signs for its owner and for nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.agent.decision import Decision
from wallet.consent.acts import Act, ActKind, acts_of_text
from wallet.consent.known import acts_of_transaction, acts_of_typed
from wallet.errors import RefusedError, SetupError, WalletError
from wallet.policy.guard import Guard, load_policy
from wallet.policy.model import Place, Policy
from wallet.signer import text_digest
from wallet.transaction import Transaction

if TYPE_CHECKING:
    from wallet.agent.protocol import Request
    from wallet.book.accounts import Accounts
    from wallet.book.config import Network
    from wallet.book.home import Home
    from wallet.clock import Clock
    from wallet.policy.seal import Seal


class Judge:
    """Decides each request of one wallet's agent, and writes down why."""

    def __init__(self, home: Home, accounts: Accounts, clock: Clock) -> None:
        """`accounts` are those that the agent has the keys of.

        SetupError or InputError for a policy that is not in force.
        """
        self._home, self._accounts, self._clock = home, accounts, clock
        self._signed_at: int | None = None  # when the newest policy that was seen was signed
        self._policy()

    def __call__(self, request: Request) -> Decision:
        """Whether the agent may sign it."""
        try:
            return self._judged(request)
        except WalletError as error:  # a policy that is not in force, a token that is none
            return Decision(allowed=False, reason=error.code)

    def _judged(self, request: Request) -> Decision:
        found = self._policy()
        acts, digest, fee = _read(request)
        if any(act.kind is ActKind.POLICY for act in acts):  # the password alone makes rules
            return Decision(allowed=False, reason="policy.message")
        if found is None:
            if request.token is not None:
                return Decision(allowed=False, reason="policy.no_token")
            return Decision(allowed=True, reason="owner")
        policy, seal = found
        account = self._accounts.pick(request.address)
        place = self._place(acts)
        guard = Guard(self._home.directory, policy, seal, account, place=place, now=self._clock.now)
        try:
            asked = _for_asker(guard, policy, request)
        except SetupError as error:
            guard.refuse(acts, digest, error.code)
            raise
        try:
            return Decision(allowed=True, reason=asked.permit(acts, digest, fee).code)
        except RefusedError as error:
            return Decision(allowed=False, reason=error.code)

    def _policy(self) -> tuple[Policy, Seal] | None:
        """The policy of this moment; SetupError if a newer one was seen before, or any at all.

        Whoever may write into the directory cannot free an agent of its rules: the owner does,
        by unlocking it anew with the password.
        """
        found = load_policy(self._home.directory, self._accounts)
        if found is None:
            if self._signed_at is not None:
                raise SetupError("policy.gone", home=self._home.directory)
            return None
        if self._signed_at is not None and found[1].signed_at < self._signed_at:
            raise SetupError("policy.older")
        self._signed_at = found[1].signed_at
        return found

    def _place(self, acts: tuple[Act, ...]) -> Place:
        """The network that the acts speak of, where the wallet knows it; else the one in use."""
        networks = self._home.networks()
        known: list[Network] = [networks.pick(None), *networks.known.values()]
        for network in known:
            if any((act.chain_id, act.token) == (network.chain_id, network.token) for act in acts):
                return _placed(network)
        return _placed(known[0])


def _for_asker(guard: Guard, policy: Policy, request: Request) -> Guard:
    """The guard of whoever asks; SetupError for one whom the policy does not know."""
    if request.token is not None:
        return guard.for_token(request.token.encode("utf-8", "surrogatepass"))
    if policy.tokens_only:
        raise SetupError("policy.tokens_only")
    return guard


def _placed(network: Network) -> Place:
    return Place(network.chain_id, network.token, network.teller, network.currency)


def _read(request: Request) -> tuple[tuple[Act, ...], bytes, int]:
    """What a request would do, what is signed of it, and what it may cost in wei."""
    message = request.message
    if isinstance(message, bytes):
        return acts_of_text(message), text_digest(message), 0
    if isinstance(message, Transaction):
        fee = message.gas_limit * message.max_fee_per_gas
        return acts_of_transaction(message), message.digest(), fee
    return acts_of_typed(message), message.digest(), 0
