"""Demo: the six steps of the main job, each told and then done with the real programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.demo.bank import ADA, BO, DemoBank
from scripts.demo.commands import Commands
from scripts.demo.machine import Machine
from scripts.demo.narrate import Narrator
from scripts.demo.processes import DemoError
from scripts.demo.proof import show_proof
from scripts.demo.world import Customer, World, secret_file
from wallet.book import Home

__all__ = ["Story"]

_RELAYED = "25.00"
_DIRECT = "12.50"
_REDEEMED = "200.00"
_PAPERS = {"pain.001", "pain.002", "camt.053"}
_ENDED = ("ISSUED", "REFUSED", "HELD")


class Story:
    """Who does what, in which order. It can be told again and again in the same world."""

    def __init__(
        self,
        world: World,
        narrator: Narrator,
        commands: Commands,
        machine: Machine,
        bank: DemoBank,
    ) -> None:
        self._world = world
        self._tell = narrator
        self._do = commands
        self._machine = machine
        self._bank = bank
        self._first_number = 1
        self._handed_in = Path()

    def steps(self) -> Mapping[int, Callable[[], None]]:
        """The numbered steps."""
        return {
            1: self.wallets,
            2: self.statements,
            3: self.tokens,
            4: self.payments,
            5: self.redemption,
            6: self.proof,
        }

    def wallets(self) -> None:
        """Two wallets, two links, two registrations."""
        self._tell.step(1, "step1")
        for customer in (ADA, BO):
            self._wallet(customer)

    def statements(self) -> None:
        """Yesterday's statement and today's are handed in."""
        self._tell.step(2, "step2")
        self._first_number = 1 + len(self._deposits())
        self._tell.say("deposits" if self._bank.first_day() else "deposits_again")
        self._bank.todays_statement()
        for file in self._bank.to_hand_in():
            self._do.hand_in(file)
            self._handed_in = self._bank.handed_in(file)

    def tokens(self) -> None:
        """Every matched line becomes tokens once; the unmatched one waits in the open."""
        self._tell.step(3, "step3")
        deposits = self._do.wait_for("Issuing the deposits", self._all_issued)
        self._tell.good("issued", count=sum(each["state"] == "ISSUED" for each in deposits))
        for customer in (ADA, BO):
            self._do.wallet(customer, "balance")
        before = self._balances()
        self._tell.say("unmatched")
        for line in self._waiting():
            self._tell.item(
                "waiting_line",
                amount=f"{line['amount']['amount']} {line['amount']['currency']}",
                payer=line["payer_name"],
                day=line["booked_on"],
                reference=line["bank_id"],
            )
        self._tell.say("again_same")
        report = self._do.hand_in(self._handed_in)
        if not report["repeated"] or report["new"] or self._balances() != before:
            raise DemoError(
                "A repeated statement changed something.", "This is a fault: report it."
            )
        self._tell.good("nothing_changed")

    def payments(self) -> None:
        """Once through the bank's relay, once straight to the chain with the API stopped."""
        self._tell.step(4, "step4", payer=ADA.name, payee=BO.name)
        to = self._address(BO)
        self._tell.say("relayed", payer=ADA.name)
        self._do.wallet(ADA, "send", _RELAYED, to, "--yes")
        self._tell.say("api_stopped", payer=ADA.name)
        self._machine.processes.stop("serve")
        self._do.wallet(ADA, "send", _DIRECT, to, "--direct", "--yes")
        self._do.wallet(BO, "balance")
        self._machine.start_api()
        self._tell.say("api_back")

    def redemption(self) -> None:
        """A signed order burns tokens, the bank pays, its papers come back."""
        self._tell.step(5, "step5", name=BO.name)
        self._bank.open_next_day()
        self._tell.say("redeem", name=BO.name)
        self._do.wallet(BO, "redeem", _REDEEMED, "--yes", "--no-wait")
        order = Home(self._world.wallet_home(BO)).book().redemptions[-1]
        redemption = self._do.wait_for("Paying out", lambda: self._settled(order.bank_id))
        self._tell.say("closing")
        self._bank.deliver_statement()
        name = redemption["end_to_end_id"]
        papers = self._do.wait_for("The day's statement", lambda: self._all_papers(name))
        for kind, file in papers:
            self._tell.item(f"paper.{kind}", file=self._world.shown(file))
        self._do.wallet(BO, "redeem", "--again", order.nonce[:16])
        self._bank.open_next_day()  # so that who stays can go on paying in and out

    def proof(self) -> None:
        """What is owed and what is there, each figure with where it was read."""
        self._tell.step(6, "step6")
        proof = self._do.wait_for("The proof", self._balanced)
        show_proof(self._tell, proof)

    def _wallet(self, customer: Customer) -> None:
        home = self._world.wallet_home(customer)
        account = self._bank.account_of(customer)
        urls = ("--bank", self._world.api_url, "--rpc", self._world.rpc_url)
        if Home(home).exists:
            self._find_places_again(Home(home))
        else:
            self._tell.say("init", name=customer.name)
            secret_file(self._world.password_file(customer))
            self._do.wallet(customer, "init", *urls)
        if not self._linked(customer):
            self._tell.say("link", name=customer.name, iban=account)
            code = self._bank.link_code(customer)
            self._do.wallet(
                customer, "link", account, "--name", customer.name, "--code", code, "--yes"
            )
            self._tell.good(
                "tier", name=customer.name, tier=customer.tier, address=self._address(customer)
            )
        else:
            self._tell.say(
                "kept", name=customer.name, iban=account, address=self._address(customer)
            )

    def _find_places_again(self, home: Home) -> None:
        """Tell an older wallet the ports of this run, which may be others."""
        known = home.network()
        now = replace(known, rpc_url=self._world.rpc_url, bank_url=self._world.api_url)
        if now != known:
            home.change_networks(lambda networks: networks.put(networks.used, now))

    def _linked(self, customer: Customer) -> bool:
        links = Home(self._world.wallet_home(customer)).book().links
        return any(link.state == "ACTIVE" for link in links)

    def _address(self, customer: Customer) -> str:
        return Home(self._world.wallet_home(customer)).account().address

    def _balances(self) -> list[Any]:
        return [self._do.wallet_json(customer, "balance")["balance"] for customer in (ADA, BO)]

    def _deposits(self) -> list[Any]:
        return list(self._do.pages("/v1/deposits", "deposits"))

    def _waiting(self) -> list[Any]:
        return list(self._do.pages("/v1/lines", "lines"))

    def _all_issued(self) -> list[Any]:
        """This run's deposits, once none is on its way and every line of our customers is one."""
        ours = {self._bank.account_of(customer) for customer in (ADA, BO)}
        if any(line["payer_account"] in ours for line in self._waiting()):
            return []
        deposits = self._deposits()
        if any(each["state"] not in _ENDED for each in deposits):
            return []
        return [each for each in deposits if each["number"] >= self._first_number]

    def _settled(self, redemption: str | None) -> Any:
        view = self._do.get(f"/v1/redemptions/{redemption}")
        return view if view["state"] == "SETTLED" else None

    def _all_papers(self, end_to_end_id: str) -> list[tuple[str, Path]] | None:
        papers = self._bank.papers(end_to_end_id)
        return papers if {kind for kind, _ in papers} >= _PAPERS else None

    def _balanced(self) -> Any:
        proof = self._do.get("/v1/reserve")
        return proof if proof["balanced"] else None
