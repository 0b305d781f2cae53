"""Tests of the web: every answer has its headers, every error is a problem, nothing leaks."""

from __future__ import annotations

import dataclasses
import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.kernel.database import Database
from api.kernel.errors import Broken, Malformed, Unavailable
from api.web.app import create_app
from api.web.context import Bridge
from api.web.docs_page import page
from api.web.layers import MAX_BODY
from api.web.strict_json import MAX_DEPTH, parse
from tests.api.world import ADA, OPERATOR, link_body
from wallet.errors import InputError

JSON = {"Content-Type": "application/json", "Idempotency-Key": "k"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is tested here does not differ between the stores."""
    return sqlite_url


def is_problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """The answer is a whole problem of this kind."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"urn:jiaozi:problem:{slug}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["remedy"]
    assert body["instance"] == f"urn:jiaozi:request:{answer.headers['x-request-id']}"
    return body


def test_alive_and_ready(client: TestClient) -> None:
    """Ready means: the database is at the right step."""
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {
        "database": "ok",
        "writable": "ok",
        "chain": "not asked",
        "reader": "ok",
        "disk": "ok",
    }


def test_not_ready_says_why(bridge: Bridge, sqlite_url: str) -> None:
    """And alive all the same: a restart would not mend it."""

    def down() -> None:
        raise Unavailable("The node did not answer.", remedy="Wait.")

    empty = Database(sqlite_url + ".empty")
    broken = dataclasses.replace(bridge, database=empty, probe_chain=down)
    asking = TestClient(create_app(broken))
    body = is_problem(asking.get("/readyz"), 503, "not-ready")
    assert "needs step" in body["detail"]
    assert "node did not answer" in body["detail"]
    assert asking.get("/healthz").status_code == 200
    empty.close()


def test_ready_asks_the_chain(bridge: Bridge) -> None:
    """When it was given a way to."""
    asked: list[int] = []
    app = create_app(dataclasses.replace(bridge, probe_chain=lambda: asked.append(1)))
    assert TestClient(app).get("/readyz").json()["checks"]["chain"] == "ok"
    assert asked == [1]


def test_info_tells_the_terms(client: TestClient, bridge: Bridge) -> None:
    """All that a wallet needs before it signs."""
    info = client.get("/v1/info").json()
    assert info["token"] == bridge.deployment.token
    assert info["caip2"] == "eip155:31337"
    assert (info["depth"], info["decimals"], info["relay"]) == (2, 2, True)
    assert info["redemption_fee"] == {"amount": "0.25", "currency": "EUR"}


def test_every_answer_has_the_security_headers(client: TestClient) -> None:
    """Errors too."""
    for path in ("/healthz", "/nowhere", "/docs"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-request-id"].startswith("request_")


def test_the_frameworks_errors_are_problems(client: TestClient) -> None:
    """404, 405 with the methods there are, 422 with the fields."""
    is_problem(client.get("/nowhere"), 404, "not-found")
    is_problem(client.get("/v1/links/"), 404, "not-found")
    wrong_method = client.delete("/v1/info")
    is_problem(wrong_method, 405, "method-not-allowed")
    assert wrong_method.headers["allow"] == "GET"
    body = is_problem(
        client.get("/v1/deposits?limit=x&state=NO", headers=bearer()), 422, "invalid-shape"
    )
    assert {field["field"] for field in body["fields"]} == {"query.limit", "query.state"}


def bearer(token: str = OPERATOR) -> dict[str, str]:
    """The operator's header."""
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"extra": "x"}, "extra"),
        ({"name": 5}, "name"),
        ({"issued_at": 1.5}, "issued_at"),
        ({"issued_at": 1795078800}, "issued_at"),
        ({"code": None}, "code"),
        ({"nonce": ["0x"]}, "nonce"),
        ({"wallet": True}, "wallet"),
    ],
)
def test_a_body_of_another_shape_is_refused(
    client: TestClient, changed: dict[str, Any], field: str
) -> None:
    """By the field's name; what was sent is not repeated."""
    body = dict(link_body(ADA)) | changed
    answer = client.post("/v1/links", json=body, headers=JSON)
    problem = is_problem(answer, 422, "invalid-shape")
    assert problem["field"] == field
    for secret in (ADA.code, ADA.name, ADA.account):
        assert secret not in answer.text


def test_a_missing_field_is_named(client: TestClient) -> None:
    """And so is a missing body."""
    body = link_body(ADA)
    del body["code"]
    problem = is_problem(client.post("/v1/links", json=body, headers=JSON), 422, "invalid-shape")
    assert problem["fields"] == [{"field": "code", "problem": "Field required"}]
    is_problem(client.post("/v1/links", headers={"Idempotency-Key": "k"}), 422, "invalid-shape")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": "\\ud800"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\u0000"}',
        b"[" * 60_000,
        b"[" * 17 + b"]" * 17,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_json_that_says_two_things_is_refused(client: TestClient, body: bytes) -> None:
    """Duplicate names, NaN, depth, half characters, NUL, not UTF-8."""
    is_problem(client.post("/v1/links", content=body, headers=JSON), 400, "malformed-json")


@pytest.mark.parametrize("body", [b"1e400", b'"Infinity"', b"-0", b"1.0"])
def test_odd_numbers_are_no_server_error(client: TestClient, body: bytes) -> None:
    """They are the wrong shape, like any number."""
    sent = json.dumps(link_body(ADA)).encode().replace(b'"1795078800"', body)
    assert client.post("/v1/links", content=sent, headers=JSON).status_code == 422


@pytest.mark.parametrize(
    "body", [b'"' + b'\\"' * 400_000, b'"' + b"\\" * 800_001, b'["' * 400_000, b'{"":' * 200_000]
)
def test_hostile_json_costs_little(body: bytes) -> None:
    """Linear in its size, however it is made: a second is a hundred times what it takes."""
    begin = time.perf_counter()
    with pytest.raises(Malformed):
        parse(body)
    assert time.perf_counter() - begin < 1


def test_brackets_within_strings_are_no_depth() -> None:
    """Nor are escaped quotes an end."""
    assert parse(b'{"a": "[[[[[[[[[[[[[[[[[[[[[{{{{{{{{\\"[[[[[[[[[[[[["}')


def test_the_largest_body_costs_little() -> None:
    """Whatever it is full of: the process answers nobody else while it is parsed."""
    begin = time.perf_counter()
    parse(b"[" + b"[]," * (MAX_BODY // 3 - 2) + b"1]")
    assert time.perf_counter() - begin < 0.25


def test_json_of_the_right_kind_passes() -> None:
    """The control: depth up to the limit, any text, any number."""
    deep = b"[" * (MAX_DEPTH - 1) + '{"é": "张"}'.encode() + b"]" * (MAX_DEPTH - 1)
    parse(deep)
    assert parse(b'{"a": [1, 2.5, null, true]}') == {"a": [1, 2.5, None, True]}
    with pytest.raises(Malformed):
        parse(b"[" + deep + b"]")


def test_another_content_type_is_refused(client: TestClient) -> None:
    """A form is no JSON."""
    headers = {"Idempotency-Key": "k", "Content-Type": "text/plain"}
    answer = client.post("/v1/links", content=b"{}", headers=headers)
    is_problem(answer, 415, "unsupported-media-type")


def test_a_body_over_the_limit_is_refused(client: TestClient) -> None:
    """By its declared length before it is read, and by its real one when none is declared."""
    big = b'{"a": "' + b"x" * MAX_BODY + b'"}'
    is_problem(client.post("/v1/links", content=big, headers=JSON), 413, "too-large")

    def stream() -> Iterator[bytes]:
        for _ in range(50):
            yield b" " * (MAX_BODY // 40)

    is_problem(client.post("/v1/links", content=stream(), headers=JSON), 413, "too-large")
    for length in ("-1", "abc", "9" * 5000):
        wrong = {**JSON, "Content-Length": length}
        is_problem(client.post("/v1/links", content=b"{}", headers=wrong), 413, "too-large")


def fails(app: FastAPI, error: Exception) -> httpx.Response:
    """What the app answers when a route raises this."""

    @app.get("/fails")
    def route() -> None:
        raise error

    answer: httpx.Response = TestClient(app).get("/fails")
    return answer


def test_an_unforeseen_error_is_told_by_id_only(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has its class and place under that id; neither has its words."""
    with caplog.at_level(logging.ERROR):
        answer = fails(app, ValueError(f"{ADA.name} {ADA.account} {OPERATOR}"))
    body = is_problem(answer, 500, "internal-error")
    this = answer.headers["x-request-id"]
    assert this in body["detail"]
    [record] = caplog.records
    logged = vars(record)["jiaozi_fields"]
    assert logged["request"] == this
    assert logged["error"] == "ValueError"
    assert any("test_web.py" in place for place in logged["at"])
    for secret in (ADA.name, ADA.account, OPERATOR):
        assert secret not in answer.text
        assert secret not in str(logged)
        assert secret not in caplog.text


def test_a_broken_invariant_is_not_explained_to_the_world(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    """But to the log, with its words: they hold no secret."""
    with caplog.at_level(logging.ERROR):
        answer = fails(app, Broken("Deposit 7 ended twice.", remedy="Stop."))
    is_problem(answer, 500, "internal-error")
    assert "Deposit 7" not in answer.text
    assert vars(caplog.records[0])["jiaozi_fields"]["detail"] == "Deposit 7 ended twice."


def test_unavailable_says_when_to_come_back(app: FastAPI) -> None:
    """503 with Retry-After."""
    answer = fails(app, Unavailable("The bank sleeps.", remedy="Wait.", slug="bank-unreachable"))
    is_problem(answer, 503, "bank-unreachable")
    assert answer.headers["retry-after"] == "2"


def test_the_wallets_input_errors_are_the_askers(app: FastAPI) -> None:
    """A check of the wallet's that a route did not foresee is still no server error."""
    is_problem(fails(app, InputError("field.uint256", field="value")), 422, "invalid-input")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("wrong"),
        bearer(OPERATOR[:-1]),
        bearer(OPERATOR + "x"),
        {"Authorization": OPERATOR},
        {"Authorization": f"Basic {OPERATOR}"},
        {"Authorization": "Bearer"},
    ],
)
def test_the_operators_routes_need_the_operators_token(
    client: TestClient, headers: dict[str, str]
) -> None:
    """Each of them, before anything else is looked at; the answers do not differ."""
    asked = [
        client.get("/v1/deposits", headers=headers),
        client.get("/v1/deposits/deposit_" + "0" * 32, headers=headers),
        client.get("/v1/lines", headers=headers),
        client.get("/v1/statements/x", headers=headers),
        client.post("/v1/statements", headers=headers, content=b"<x/>"),
    ]
    for answer in asked:
        is_problem(answer, 401, "unauthorised")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_operator_is_let_in(client: TestClient) -> None:
    """The control; the scheme's name has no case."""
    assert client.get("/v1/deposits", headers=bearer()).status_code == 200
    lower = {"Authorization": f"bearer {OPERATOR}"}
    assert client.get("/v1/lines", headers=lower).status_code == 200


def test_every_post_needs_an_idempotency_key(app: FastAPI, client: TestClient) -> None:
    """Found from the routes, so that a new one cannot forget it."""
    posts = {
        path: verbs["post"] for path, verbs in app.openapi()["paths"].items() if "post" in verbs
    }
    assert len(posts) >= 4
    for path, operation in posts.items():
        found = {p["name"]: p["required"] for p in operation["parameters"]}
        assert found["Idempotency-Key"], path
    answer = client.post("/v1/links", json=link_body(ADA))
    is_problem(answer, 400, "idempotency-key-missing")


def test_the_document_says_what_the_bridge_does(app: FastAPI) -> None:
    """Problems as problems, and the operator's token where it is asked for."""
    paths = app.openapi()["paths"]
    for verbs in paths.values():
        for operation in verbs.values():
            assert list(operation["responses"]["4XX"]["content"]) == ["application/problem+json"]
            assert "422" not in operation["responses"]
    needs = {path for path, verbs in paths.items() if any("security" in o for o in verbs.values())}
    assert {"/v1/statements", "/v1/deposits", "/v1/lines"} <= needs
    assert not needs & {"/v1/links", "/v1/transfers", "/v1/info", "/v1/reserve"}


def test_the_docs_load_nothing_from_anywhere(app: FastAPI, client: TestClient) -> None:
    """One page, its style inside, no script; every route is on it."""
    answer = client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script" not in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    for path in app.openapi()["paths"]:
        assert path in answer.text


def test_the_docs_escape_what_they_show(bridge: Bridge) -> None:
    """A name out of code is text, not markup."""
    document = {
        "info": {"title": "<b>", "version": "1"},
        "paths": {"/<i>": {"get": {"summary": "<script>", "tags": ["<u>"], "responses": {}}}},
        "components": {"schemas": {"ProblemBody": {"properties": {"<s>": {"type": "<a>"}}}}},
    }
    shown = page(document)
    for tag in ("<b>", "<i>", "<script>", "<u>", "<s>", "<a>"):
        assert tag not in shown


@pytest.mark.parametrize(
    "path",
    [
        "/v1/links/link_" + "0" * 32,
        "/v1/links/%00",
        "/v1/links/link_%0a",
        "/v1/links/" + "x" * 3000,
        "/v1/links/..%2f..",
        "/v1/links/link_" + "０" * 32,
    ],
)
def test_an_id_that_is_none_is_not_found(client: TestClient, path: str) -> None:
    """Malformed, unknown or somebody else's: one answer."""
    assert client.get(path).status_code == 404
