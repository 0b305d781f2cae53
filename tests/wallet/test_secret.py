"""Tests of wallet.secret: no usual way of writing a value down gives the bytes away."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback

import pytest

from wallet.errors import SecretLeak
from wallet.secret import Secret

CANARY = "canary-9f31"
SECRET = Secret(CANARY.encode())


def test_every_usual_rendering_hides_it() -> None:
    shown = [
        repr(SECRET),
        str(SECRET),
        f"{SECRET}",
        f"{SECRET!r:>30}",
        "{0}".format(SECRET),  # noqa: UP030, UP032  # the old form is one that must hide it too
        ascii([SECRET]),
    ]
    assert not any(CANARY in text for text in shown)


def test_logs_and_tracebacks_hide_it(caplog: pytest.LogCaptureFixture) -> None:
    try:
        {"present": 1}[SECRET]  # type: ignore[index]  # a failing line with a secret in it
    except SecretLeak as error:
        logging.getLogger("t").exception("failed with %s", SECRET)
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
        text = "".join(trace.format())
    assert CANARY not in caplog.text
    assert "<secret>" in caplog.text
    assert CANARY not in text


def test_it_is_not_copied_pickled_hashed_or_made_json() -> None:
    for leak in (pickle.dumps, copy.copy, copy.deepcopy, hash):
        with pytest.raises(SecretLeak):
            leak(SECRET)
    with pytest.raises(TypeError):
        json.dumps(SECRET)
    assert not hasattr(SECRET, "__dict__")


def test_it_compares_with_secrets_only() -> None:
    assert Secret(CANARY.encode()) == SECRET
    assert Secret(b"other") != SECRET
    assert CANARY.encode() != SECRET
    assert SECRET.reveal() == CANARY.encode()
    assert len(SECRET) == len(CANARY)
