"""Migrations: how step 0004 lets the store seal the journal and keep the balances.

SQLite has one writer and no SHA-256: the program seals in the posting's transaction, a trigger
keeps the balances row by row. PostgreSQL seals at the commit, in a deferred trigger: by then the
transaction holds every other lock that it will ever take, so the head (an advisory lock) is
taken last and nobody who holds it waits for anything.
"""

from __future__ import annotations

__all__ = ["HEAD_LOCK", "KEEP_ON_POSTGRES", "KEEP_ON_SQLITE"]

HEAD_LOCK = 0x6A6F75726E616C
"""«journal»: the key of PostgreSQL's advisory lock on the head."""

_OPEN = """
CREATE TRIGGER balances_opened BEFORE INSERT ON postings
WHEN NOT EXISTS (SELECT 1 FROM balances WHERE account = 'RESERVE' AND currency = NEW.currency)
BEGIN
    INSERT INTO balances (account, currency, minor) SELECT column1, NEW.currency, 0 FROM (VALUES
        ('RESERVE'), ('TOKENS'), ('ISSUING'), ('PAYOUTS'), ('RETURNS'), ('UNMATCHED'),
        ('OWN_FUNDS'), ('RECALLED'));
END
"""

_MOVE = """
CREATE TRIGGER balances_moved AFTER INSERT ON postings BEGIN
    UPDATE balances SET minor = minor
        + CASE WHEN NEW.debit = 'RESERVE' THEN NEW.amount ELSE -NEW.amount END
        WHERE account = NEW.debit AND currency = NEW.currency;
    UPDATE balances SET minor = minor
        + CASE WHEN NEW.credit = 'RESERVE' THEN -NEW.amount ELSE NEW.amount END
        WHERE account = NEW.credit AND currency = NEW.currency;
END
"""

KEEP_ON_SQLITE = (_OPEN, _MOVE)

_SEAL = """
CREATE FUNCTION journal_seal() RETURNS trigger LANGUAGE plpgsql AS $seal$
BEGIN
    IF NOT EXISTS (SELECT FROM journal_seals s WHERE s.posting = NEW.number) THEN
        PERFORM journal_seal_from(NEW.number);  -- and with it all that the transaction posted
    END IF;
    RETURN NULL;
END $seal$
"""

# what is committed is sealed, so whatever this transaction sees unsealed is its own; the planner
# is told to go by the index, because it cannot know that these are few rows at the end
_SEAL_FROM = f"""
CREATE FUNCTION journal_seal_from(first bigint) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_bitmapscan = off SET jit = off AS $seal$
DECLARE
    posting postings;
    before bigint;
    place bigint;
    head bytea;
BEGIN
    PERFORM pg_advisory_xact_lock({HEAD_LOCK});
    SELECT h.number, h.hash INTO STRICT before, head FROM journal_head h
        WHERE h.name = 'journal';
    place := before;
    FOR posting IN
        SELECT p.* FROM postings p WHERE p.number >= first AND NOT EXISTS
            (SELECT FROM journal_seals s WHERE s.posting = p.number) ORDER BY p.number
    LOOP
        place := place + 1;
        head := sha256(head || convert_to(
            place || ':' || posting.number || ':' || posting.amount || ':'
            || (extract(epoch FROM posting.at) * 1000000)::bigint || ':'
            || length(posting.event_id) || ':' || posting.event_id
            || length(posting.kind) || ':' || posting.kind
            || length(posting.debit) || ':' || posting.debit
            || length(posting.credit) || ':' || posting.credit
            || length(posting.currency) || ':' || posting.currency
            || length(posting.about) || ':' || posting.about, 'UTF8'));
        INSERT INTO journal_seals (number, posting, hash) VALUES (place, posting.number, head);
    END LOOP;
    UPDATE journal_head SET number = place, hash = head WHERE name = 'journal';
    PERFORM journal_balances(first, before);
END $seal$
"""  # noqa: S608 - the one value is a constant of this module

_BALANCES = """
CREATE FUNCTION journal_balances(first bigint, before bigint) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_bitmapscan = off SET jit = off AS $keep$
DECLARE
    moved record;
BEGIN
    FOR moved IN
        SELECT side.account, p.currency, sum(CASE WHEN side.account = 'RESERVE'
            THEN side.sign * p.amount ELSE -side.sign * p.amount END)::bigint AS minor
        FROM journal_seals s JOIN postings p ON p.number = s.posting
        CROSS JOIN LATERAL (VALUES (p.debit, 1), (p.credit, -1)) AS side (account, sign)
        WHERE p.number >= first AND s.number > before GROUP BY side.account, p.currency
    LOOP
        INSERT INTO balances (account, currency, minor)
            VALUES (moved.account, moved.currency, 0) ON CONFLICT DO NOTHING;
        UPDATE balances SET minor = balances.minor + moved.minor
            WHERE account = moved.account AND currency = moved.currency;
    END LOOP;
END $keep$
"""

_SEALED = """
CREATE CONSTRAINT TRIGGER journal_sealed AFTER INSERT ON postings
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journal_seal()
"""

KEEP_ON_POSTGRES = (_BALANCES, _SEAL_FROM, _SEAL, _SEALED)
