"""Docs: writes ops/prometheus/alerts.yml, Prometheus' rules for what the bridge measures.

`python -m scripts.docs.alerts` writes it; with `--check` it only says whether it is up to date,
and ends with 1 when it is not. Each rule says what to do in one sentence, its runbook.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.docs.alert_states import STATES

__all__ = ["FILE", "RULES", "Rule", "written"]

FILE: Final = Path(__file__).resolve().parents[2] / "ops" / "prometheus" / "alerts.yml"


@dataclass(frozen=True)
class Rule:
    """One alert: when it fires, how long that must last, how bad it is, what to do."""

    name: str
    expr: str
    lasting: str
    severity: str
    """page: money stands still or is in danger; ticket: look at it today."""
    summary: str
    runbook: str


def _age(given: tuple[str, str, str, int, str, str]) -> Rule:
    name, kinds, states, seconds, severity, runbook = given
    return Rule(
        name,
        f'jiaozi_open_oldest_seconds{{kind=~"{kinds}",state=~"{states}"}} > {seconds}',
        "1m",
        severity,
        "A {{ $labels.kind }} is {{ $labels.state }} for {{ $value }} seconds.",
        runbook,
    )


_WHOLE: Final = (
    Rule(
        "JiaoziDatabaseDown",
        "jiaozi_database_up == 0",
        "1m",
        "page",
        "The bridge's database does not answer.",
        "Look at the store's disk and log; nothing is sent without a commit, so nothing is lost.",
    ),
    Rule(
        "JiaoziSilent",
        "absent(jiaozi_database_up)",
        "2m",
        "page",
        "Nobody answers GET /metrics.",
        "Start jiaozi-bridge serve, and check the token that Prometheus shows.",
    ),
    Rule(
        "JiaoziBankUntaken",
        "jiaozi_bank_untaken > 0",
        "10m",
        "ticket",
        "{{ $value }} files of the bank are not taken in ({{ $labels.reason }}).",
        "Run jiaozi-bridge status: it names each, with the reason and what to do.",
    ),
    Rule(
        "JiaoziUnavailable",
        "increase(jiaozi_unavailable_total[5m]) > 20",
        "5m",
        "ticket",
        "Requests are answered with 503 ({{ $labels.slug }}).",
        "See which of database, chain and bank the label names, and mend that.",
    ),
    Rule(
        "JiaoziChainDown",
        "jiaozi_chain_up == 0",
        "2m",
        "page",
        "The chain's node does not answer.",
        "Mend the node, or set another chain.rpc_url; the bridge queues and waits meanwhile.",
    ),
    Rule(
        "JiaoziHeadStandsStill",
        "changes(jiaozi_chain_head[10m]) == 0 and jiaozi_chain_depth >= 0",
        "5m",
        "page",
        "The node has had no new block for ten minutes.",
        "Compare its head with another node's; a node that lags must not be believed.",
    ),
    Rule(
        "JiaoziReaderBehind",
        "jiaozi_reader_lag_blocks > 100",
        "5m",
        "page",
        "The reader is {{ $value }} final blocks behind.",
        "See that a worker has the duty «read» and what its log says of that step.",
    ),
    Rule(
        "JiaoziReaderStandsStill",
        "jiaozi_reader_lag_seconds > 300 and changes(jiaozi_reader_block[5m]) == 0",
        "5m",
        "page",
        "The reader has not moved for {{ $value }} seconds.",
        "See the worker's log for «chain-differs» or «chain unread»; run jiaozi-bridge rebuild "
        "only after comparing nodes.",
    ),
    Rule(
        "JiaoziTransactionStuck",
        'jiaozi_transactions_oldest_seconds{state=~"QUEUED|SIGNED|SENT"} > 600 '
        "and on(lane, state) jiaozi_transactions > 0",
        "2m",
        "page",
        "A transaction of lane {{ $labels.lane }} is {{ $labels.state }} for {{ $value }} seconds.",
        "Look at the standing alarms: fee ceiling, empty gas wallet or a nonce gap name the cause.",
    ),
    Rule(
        "JiaoziManyAttempts",
        "jiaozi_transaction_attempts_max > 4",
        "5m",
        "ticket",
        "A transaction needed {{ $value }} attempts.",
        "The chain's fees rise faster than chain.fee_ceiling_gwei lets the bridge follow.",
    ),
    Rule(
        "JiaoziNonceGap",
        "jiaozi_nonce_gaps > 0",
        "10m",
        "ticket",
        "{{ $labels.address }} has {{ $value }} nonces without an attempt.",
        "Somebody else may sign with that key: compare the chain's count with the attempts.",
    ),
    Rule(
        "JiaoziAlarm",
        "jiaozi_alarms > 0",
        "1m",
        "page",
        "The alarm «{{ $labels.kind }}» stands.",
        "Run jiaozi-bridge status: it says what it is about and what to do.",
    ),
    Rule(
        "JiaoziSubjectAlarm",
        "jiaozi_subject_alarms > 0",
        "1m",
        "page",
        "{{ $value }} {{ $labels.kind }}s contradict what the bank or the chain says.",
        "Run jiaozi-bridge status and explain each id; settle it with the bank before going on.",
    ),
    Rule(
        "JiaoziBreak",
        "jiaozi_reserve_breaks > 0",
        "1m",
        "page",
        "Bank, ledger and chain differ; issuing is stopped.",
        "Run jiaozi-bridge reconcile, find the item's cause, and clear it when it has ended.",
    ),
    Rule(
        "JiaoziDifferenceAges",
        "jiaozi_reserve_difference_oldest_seconds > 86400 "
        "and on(kind) jiaozi_reserve_differences > 0",
        "10m",
        "ticket",
        "A difference of kind {{ $labels.kind }} is older than a day.",
        "Ask the bank for the statement that should hold it.",
    ),
    Rule(
        "JiaoziBucketLow",
        "jiaozi_bucket_minor_units == 0",
        "15m",
        "ticket",
        "The operator's bucket has been empty for a quarter of an hour.",
        "Wait for it to refill, let the officers approve a batch, or have the governor widen it.",
    ),
    Rule(
        "JiaoziHeadroomGone",
        "jiaozi_headroom_minor_units == 0 and jiaozi_chain_up == 1",
        "15m",
        "page",
        "The attested backing leaves nothing to issue.",
        "See that the attestor runs and reads the bank; compare its backing with the statement.",
    ),
    Rule(
        "JiaoziAttestationOld",
        "jiaozi_attestation_age_seconds > 0.5 * jiaozi_attestation_max_age_seconds",
        "5m",
        "page",
        "The last attestation is {{ $value }} seconds old; issuing closes at its maximum.",
        "Start jiaozi-bridge attest on its host, and see what its log refuses.",
    ),
    Rule(
        "JiaoziDutyUnheld",
        "max by (duty) (jiaozi_duty_held) == 0",
        "2m",
        "page",
        "Nobody has the duty {{ $labels.duty }} (last: {{ $labels.holder }}).",
        "Start jiaozi-bridge worker; it takes over what a dead one held within ten seconds.",
    ),
    Rule(
        "JiaoziKeysNotPruned",
        "jiaozi_idempotency_oldest_seconds > 3024000",
        "1h",
        "ticket",
        "Idempotency keys older than 35 days are still there.",
        "See that a worker has the duty «prune».",
    ),
)

RULES: Final = _WHOLE + tuple(_age(given) for given in STATES)


def written() -> str:
    """The file: strings are JSON, which YAML reads as they are."""
    lines = [
        "# Prometheus' alert rules for the bridge. Written by `python -m scripts.docs.alerts`.",
        "groups:",
        "  - name: jiaozi",
        "    rules:",
    ]
    for rule in RULES:
        lines += [
            f"      - alert: {rule.name}",
            f"        expr: {_quoted(rule.expr)}",
            f"        for: {rule.lasting}",
            "        labels:",
            f"          severity: {rule.severity}",
            "        annotations:",
            f"          summary: {_quoted(rule.summary)}",
            f"          runbook: {_quoted(rule.runbook)}",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main(arguments: list[str]) -> int:
    """Write, or with --check compare; says what to do when they differ."""
    if FILE.exists() and FILE.read_text("utf-8") == written():
        return 0
    if "--check" in arguments:
        print(f"{FILE} is not what the rules say: run python -m scripts.docs.alerts")
        return 1
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(written(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
