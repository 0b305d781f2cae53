"""Tests: a chain for this run, and contracts wired as in a deployment, but without delays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from brownie import accounts, chain, network
from brownie import project as brownie_projects
from brownie._config import CONFIG

from scripts import localnet
from scripts.deployment.wiring import PERMISSIONS, Role
from tests.contracts.compiled import Compiled, compiled
from tests.contracts.support import (
    APPROVALS_NEEDED,
    BACKING,
    CAPACITY,
    DESCRIPTION,
    HOUR,
    LIMITS,
    MAX_AGE,
    OFFSET,
    REF,
    REFILL,
    Party,
    at,
    next_midnight,
    now,
    undone,
)
from wallet.address import Address
from wallet.keccak import keccak256
from wallet.signer import LocalSigner
from wallet.typed_data import Domain, teller_domain

pytest.register_assert_rewrite("tests.contracts.teller.relay_kit")
NETWORK = "jiaozi-tests"
OWN = Path(__file__).parent / "solidity"
_running = ExitStack()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start our own chain before brownie would start one on its fixed port."""
    if not items or network.is_connected():
        return
    anvil = _running.enter_context(localnet.start_anvil("--hardfork", "cancun"))
    settings = {"port": anvil.port}
    CONFIG.networks[NETWORK] = {
        "id": NETWORK,
        "host": anvil.url,
        "cmd": "anvil",
        "cmd_settings": settings,
    }
    network.connect(NETWORK, launch_rpc=False)  # ours is running


def pytest_unconfigure() -> None:
    """Stop it, however the run went."""
    _running.close()


@dataclass(frozen=True)
class World:
    """Contracts and who holds which role. `issuer` is a key that holds the Teller's role too."""

    manager: Any
    token: Any
    teller: Any
    admin: Any
    operator: Any
    attestor: Any
    compliance: Any
    seizure: Any
    guardian: Any
    governor: Any
    issuer: Any
    domain: Domain

    @property
    def teller_domain(self) -> Domain:
        """What officers sign under."""
        return teller_domain(self.domain.chain_id, Address(str(self.teller.address)))

    def by_role(self) -> dict[Role, Any]:
        """The key of each role that a key holds."""
        return {role: getattr(self, role.name.lower()) for role in ROLES}

    def give(self, party: Party, tier: int, balance: int, number: int) -> None:
        """Register a party and put money into its account."""
        self.token.setTier(party.address, 5, {"from": self.compliance})
        if balance:
            self.token.issue([(number, REF, party.address, balance)], {"from": self.issuer})
        self.token.setTier(party.address, tier, {"from": self.compliance})


ROLES = (
    Role.OPERATOR,
    Role.ATTESTOR,
    Role.COMPLIANCE,
    Role.SEIZURE,
    Role.GUARDIAN,
    Role.GOVERNOR,
    Role.ISSUER,
)


@pytest.fixture(scope="session")
def project() -> Any:
    """The brownie project, compiled."""
    return brownie_projects.get_loaded_projects()[0]


@pytest.fixture(scope="session")
def deployed(project: Any, officers: tuple[Party, ...]) -> World:
    """Deployed once; every test works on a snapshot of it."""
    # Far from midnight, or a test of the day's limit would fail once a day.
    at(next_midnight() + 6 * HOUR)
    admin, operator, attestor, compliance, seizure, guardian, governor, issuer = accounts[:8]
    as_admin = {"from": admin}
    manager = project["AccessManager"].deploy(admin, as_admin)
    token = project["DepositToken"].deploy(
        manager, "Jiaozi Euro", "EURJ", "EUR", 2, OFFSET, DESCRIPTION, as_admin
    )
    teller = project["Teller"].deploy(manager, token, as_admin)
    domain = Domain("Jiaozi Euro", chain.id, str(token.address))
    world = World(
        manager,
        token,
        teller,
        admin,
        operator,
        attestor,
        compliance,
        seizure,
        guardian,
        governor,
        issuer,
        domain,
    )
    for (name, function), role in PERMISSIONS.items():
        contract = token if name == "DepositToken" else teller
        signature = getattr(contract, function).signature
        manager.setTargetFunctionRole(contract, [signature], role.value, as_admin)
    for role, account in world.by_role().items():
        manager.grantRole(role.value, account, 0, as_admin)
    manager.grantRole(Role.ISSUER.value, teller, 0, as_admin)
    for tier, limits in LIMITS.items():
        token.setLimits(tier, *limits, {"from": governor})
    teller.setBucket(CAPACITY, REFILL, {"from": governor})
    teller.setMaxAge(MAX_AGE, {"from": governor})
    for officer in officers:
        manager.grantRole(Role.OFFICER.value, officer.address, 0, as_admin)
    teller.setApprovalsNeeded(APPROVALS_NEEDED, {"from": governor})
    return world


def party(name: str) -> Party:
    """A person with a key of their own and no native coin at all."""
    key = keccak256(name.encode())
    return Party(LocalSigner(key), accounts.add(key))


@pytest.fixture(scope="session")
def people() -> dict[str, Party]:
    """Persons, registered or not."""
    return {name: party(name) for name in ("alice", "bob", "carol", "vip", "relay")}


@pytest.fixture(scope="session")
def officers() -> tuple[Party, ...]:
    """Three officers, two of whom must approve; by rising address, as approvals come."""
    three = map(party, ("first officer", "second officer", "third officer"))
    return tuple(sorted(three, key=lambda officer: int(officer.address, 16)))


@pytest.fixture(scope="session")
def signers() -> dict[str, Compiled]:
    """The contracts that only tests need, compiled."""
    return compiled(*sorted(OWN.glob("*.sol")))


@pytest.fixture(scope="session")
def furnished(deployed: World, people: dict[str, Party]) -> World:
    """alice: tier 1, 4,000. bob: tier 1, 1,000. vip: tier 5, 1,000,000. carol is a stranger."""
    deployed.give(people["alice"], 1, 4_000, 41)
    deployed.give(people["bob"], 1, 1_000, 42)
    deployed.give(people["vip"], 5, 1_000_000, 43)
    deployed.teller.attest(BACKING, 0, 0, now() - 1, chain.height, {"from": deployed.attestor})
    return deployed


@pytest.fixture
def world(furnished: World) -> Iterator[World]:
    """The furnished contracts; what the test does is undone afterwards."""
    with undone():
        yield furnished


@pytest.fixture
def token(world: World) -> Any:
    """The token."""
    return world.token


@pytest.fixture
def teller(world: World) -> Any:
    """The Teller."""
    return world.teller


@pytest.fixture
def alice(people: dict[str, Party]) -> Party:
    """Tier 1 with 4,000."""
    return people["alice"]


@pytest.fixture
def bob(people: dict[str, Party]) -> Party:
    """Tier 1 with 1,000."""
    return people["bob"]


@pytest.fixture
def carol(people: dict[str, Party]) -> Party:
    """Not registered, owns nothing."""
    return people["carol"]


@pytest.fixture
def vip(people: dict[str, Party]) -> Party:
    """Tier 5 with 1,000,000."""
    return people["vip"]


@pytest.fixture
def relay(people: dict[str, Party]) -> Party:
    """Brings other people's signatures; not registered."""
    return people["relay"]
