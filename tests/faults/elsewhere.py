"""Faults: the points that no story of its own reaches, and which tests die there."""

from __future__ import annotations

__all__ = ["ELSEWHERE"]

DAILY = ("tests/api/proofs/test_daily.py", "test_it_dies_at_every_point_of_two_days")
ELSEWHERE = {
    ("api.chain.quorum", "Witnesses._tell"): (
        "tests/api/chain/test_quorum.py",
        "test_one_that_lags_or_is_down_is_told_and_passed_over",
    ),
    ("api.rebuilding", "_rebuild"): (
        "tests/api/cli/test_operating.py",
        "test_a_rebuild_takes_two",
    ),
    ("api.proofs.flow", "Prover._send"): DAILY,
    ("api.access.idempotency", "Once.within.<locals>.run"): (
        "tests/api/access/test_idempotency.py",
        "test_a_key_whose_process_died_is_free_after_a_minute",
    ),
    ("api.attest.watching", "Watch._replace"): (
        "tests/api/attest/test_watching.py",
        "test_a_stuck_word_is_replaced_by_the_newest",
    ),
    ("api.chain.desk", "Desk.alarm"): (
        "tests/api/chain/test_lanes.py",
        "test_another_chain_behind_the_address_halts_signing",
    ),
    ("api.chain.desk", "Desk.calm"): (
        "tests/api/chain/test_lanes.py",
        "test_a_clock_that_is_wrong_halts_signing",
    ),
    ("api.chain.history", "adopt_attempt"): (
        "tests/api/chain/test_lanes.py",
        "test_an_attempt_that_the_backup_lacks_is_adopted",
    ),
    ("api.chain.history", "adopt_unknown"): (
        "tests/api/chain/test_lanes.py",
        "test_transactions_that_the_backup_lacks_are_adopted",
    ),
    ("api.chain.history", "require_excused"): (
        "tests/api/chain/test_strangers.py",
        "test_it_dies_at_every_commit_of_the_way_out",
    ),
    ("api.chain.preparing", "_close_gaps"): (
        "tests/api/chain/test_lanes.py",
        "test_a_gap_is_closed_by_a_no_op",
    ),
    ("api.chain.preparing", "_refuse"): (
        "tests/api/chain/test_sender.py",
        "test_a_trial_run_that_fails_costs_no_nonce",
    ),
    ("api.chain.reader", "Reader._same_chain"): (
        "tests/api/chain/test_reader.py",
        "test_a_reorganisation_below_the_depth",
    ),
    ("api.chain.resending", "next_attempt"): (
        "tests/api/chain/test_stuck.py",
        "test_a_gas_spike_is_paid_and_either_attempt_ends_it",
    ),
    ("api.chain.resending", "resend"): (
        "tests/api/chain/test_stuck.py",
        "test_a_dropped_transaction_is_sent_again",
    ),
    ("api.chain.sender", "Sender._look_beyond"): (
        "tests/api/chain/test_lost_moment.py",
        "test_nothing_is_issued_before_a_person_has_looked",
    ),
    ("api.chain.sender", "Sender.stop"): (
        "tests/api/chain/test_sender.py",
        "test_stopping_lets_the_lane_go",
    ),
    ("api.chain.searching", "_walk"): (
        "tests/api/chain/test_searching.py",
        "test_it_dies_while_it_looks_through_old_blocks",
    ),
    ("api.chain.tracking", "Tracker.deep"): (
        "tests/api/chain/test_reorganised.py",
        "test_below_the_depth_payouts_are_frozen_and_the_fork_is_named",
    ),
    ("api.cli.approving", "_approve"): (
        "tests/api/cli/test_operating.py",
        "test_it_dies_while_it_approves",
    ),
    ("api.cli.approving", "_decline"): (
        "tests/api/cli/test_operating.py",
        "test_declined",
    ),
    ("api.cli.hand_in", "_statuses"): (
        "tests/api/cli/test_cli.py",
        "test_handing_a_status_report_in",
    ),
    ("api.cli.operating", "Desk.ask"): (
        "tests/api/cli/test_operating.py",
        "test_assigned_by_two",
    ),
    ("api.inbox.flow", "Inbox._refuse"): (
        "tests/api/inbox/test_inbox.py",
        "test_a_file_that_cannot_be_trusted",
    ),
    ("api.migrations", "upgrade"): (
        "tests/api/migrations/test_interrupted.py",
        "test_killed_at_a_statement_and_run_again",
    ),
    ("api.overview", "_untaken"): (
        "tests/api/bank/test_untaken.py",
        "test_status_names_what_was_not_taken",
    ),
    ("api.proofs.daily", "Daily._is_due"): DAILY,
    ("api.proofs.flow", "Prover._make"): DAILY,
    ("api.proofs.flow", "Prover.publish"): DAILY,
    ("api.proofs.holders", "_start"): (
        "tests/api/proofs/test_proofs.py",
        "test_another_chain_is_replayed_anew",
    ),
    ("api.proofs.holders", "replay"): DAILY,
    ("api.reserve.flow", "prove"): DAILY,
    ("api.relay.flow", "Relay._gather"): (
        "tests/api/relay/test_relay.py",
        "test_a_strangers_relay_counts_only_when_it_works",
    ),
    ("api.payouts.files", "_refused"): (
        "tests/api/payouts/test_withdrawn.py",
        "test_it_dies_while_a_file_is_refused_stopped_and_withdrawn",
    ),
    ("api.payouts.orders", "orders_with"): (
        "tests/api/payouts/test_given_before.py",
        "test_it_dies_while_it_looks",
    ),
    ("api.steps", "Steps._sweep"): (
        "tests/api/worker/test_worker.py",
        "test_a_line_that_was_overlooked_is_found",
    ),
    ("api.steps", "Steps.close_numbers"): (
        "tests/api/refunds/test_closing.py",
        "test_closing_without_effect_is_tried_again",
    ),
    ("api.web.measures", "of_bank"): (
        "tests/api/web/test_metrics.py",
        "test_what_the_bank_delivered_in_vain",
    ),
    ("api.web.ready", "_write"): (
        "tests/api/web/test_ready.py",
        "test_a_store_that_takes_no_writes",
    ),
    ("api.worker", "FencedWork.doing"): (
        "tests/api/worker/test_duties.py",
        "test_a_worker_that_wakes_late_commits_nothing",
    ),
}
"""Points that a quiet story does not meet (a stranger, a gap, a command), and the tests that do;
the simulation meets most of them, too, and dies there."""
