"""Tests of signatures against published examples that no other test's module reads."""

from __future__ import annotations

import json

from tests.wallet.vectors import VECTORS, load
from wallet.keccak import keccak256
from wallet.signer import LocalSigner, recover, text_digest
from wallet.typed_json import TypedData


def test_eip712s_own_example() -> None:
    case = load("eip712/mail.json")
    signer = LocalSigner(keccak256(case["privateKeyOfKeccak256Of"].encode()))
    message = TypedData.parse(json.dumps(case["data"]).encode())
    assert signer.address == case["address"]
    assert message.digest().hex() == case["digest"]
    signature = bytes.fromhex(case["r"] + case["s"]) + bytes([case["v"]])
    assert signer.sign_typed(message) == signature
    assert recover(message.digest(), signature) == case["address"]


def test_web3js_texts() -> None:
    cases = load("eip191/web3js.json")
    assert cases
    for case in cases:
        text = case["message"].encode()
        assert text_digest(text).hex() == case["messageHash"]
        signer = LocalSigner(bytes.fromhex(case["privateKey"]))
        assert signer.sign_text(text).hex() == case["signature"]


def test_every_folder_of_vectors_is_listed_with_its_source() -> None:
    page = (VECTORS / "README.md").read_text("utf-8")
    folders = {path.name for path in VECTORS.iterdir() if path.is_dir()}
    assert {name for name in folders if f"| {name}/" not in page} <= {"bank-samples"}
