"""Tests of `explain`: every id of a whole world has a story, and the stories meet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from api.finding import KINDS
from api.kernel.database import Database
from api.migrations.schema import metadata
from api.story import Story, tell_story
from tests.api.audit.conftest import Played
from tests.api.world import ADA, BO

pytestmark = pytest.mark.integration  # a whole world is played first, on a real chain


def stories(played: Played) -> Iterator[tuple[str, str, Story]]:
    """The story of every row that has an id."""
    database = Database(played.url)
    with database.reading() as connection:
        for kind in KINDS:
            table = metadata.tables[kind.table]
            for key in connection.execute(select(table.c[kind.key])).scalars().all():
                yield kind.name, str(key), tell_story(connection, str(key), "EUR")
    database.close()


def test_every_id_has_a_story(world: Played) -> None:
    """Found as what it is, in order of time, without names and accounts."""
    kinds = set()
    for kind, key, story in stories(world):
        kinds.add(kind)
        assert (kind, key) in {(thing.kind.name, thing.id) for thing in story.found}
        assert story.chapters, f"nothing is told of {kind} {key}"
        seconds = [each.at.replace(microsecond=0) for each in story.chapters]
        assert seconds == sorted(seconds)
        words = " ".join(each.says for each in story.chapters)
        for secret in (ADA.account, BO.account, ADA.code):
            assert secret not in words
        for ahead in story.ahead:
            assert "does not know" not in ahead["waits_for"], ahead
    assert kinds >= {"deposit", "redemption", "transfer", "payout file", "posting", "proposal"}


def test_from_the_line_to_the_posting(world: Played) -> None:
    """Line, deposit, batch, transaction with its attempt, event and posting, from either end."""
    database = Database(world.url)
    deposits = metadata.tables["deposits"]
    attempts = metadata.tables["chain_attempts"]
    with database.reading() as connection:
        row = connection.execute(select(deposits).where(deposits.c.number == 3)).one()
        tx_hash = (
            connection.execute(select(attempts.c.tx_hash).where(attempts.c.tx_id == row.tx_id))
            .scalars()
            .first()
        )
        for word in (row.id, "3", row.line_id, row.batch, row.event_id, tx_hash, "deposit:3"):
            told = tell_story(connection, str(word), "EUR").chapters
            ids = {each.id for each in told}
            assert {row.id, row.line_id, row.tx_id, row.event_id} <= ids, word
            kinds = {each.kind for each in told}
            assert {"statement line", "deposit", "transaction", "attempt", "posting"} <= kinds
    database.close()


def test_from_the_burn_to_the_booking(world: Played) -> None:
    """Redemption, transaction, payment order and the bank's own booking."""
    database = Database(world.url)
    redemptions = metadata.tables["redemptions"]
    with database.reading() as connection:
        by_the_bank = redemptions.c.amount == 7_000  # the other one's booking two persons named
        row = connection.execute(
            select(redemptions).where(redemptions.c.state == "SETTLED", by_the_bank)
        ).one()
        for word in (row.id, row.end_to_end_id, row.burn_event):
            told = tell_story(connection, word, "EUR").chapters
            assert {"redemption", "transaction", "payout file", "statement line", "posting"} <= {
                each.kind for each in told
            }
    database.close()
