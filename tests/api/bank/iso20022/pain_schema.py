"""The structure of pain.001.001.09, as far as our orders use it: order, number, form of elements.

Written down from the message's definition, apart from the writer, so that a slip there shows here.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

MAX35 = r".{1,35}"
MAX140 = r".{1,140}"
COUNT = r"[0-9]{1,15}"
SUM = r"(?=.{1,19}$)[0-9]+(\.[0-9]{1,17})?"
DATE = r"\d{4}-\d{2}-\d{2}"
TIME = rf"{DATE}T\d{{2}}:\d{{2}}:\d{{2}}(\.\d+)?(Z|[+-]\d{{2}}:\d{{2}})?"
IBAN = r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}"
BIC = r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?"
AMOUNT = r"(?=.{1,19}$)[0-9]+(\.[0-9]{1,5})?"

Form = str | list[tuple[str, int, int, "Form"]] | dict[str, "Form"]
"""Text of a form; or a sequence of (name, least, most, form); or a choice of exactly one."""

ACCOUNT: Form = [("Id", 1, 1, {"IBAN": IBAN, "Othr": [("Id", 1, 1, r".{1,34}")]})]
PARTY: Form = [("Nm", 0, 1, MAX140)]
CODE: Form = {"Cd": r".{1,4}", "Prtry": MAX35}
REFERENCE: Form = [
    ("Tp", 0, 1, [("CdOrPrtry", 1, 1, CODE)]),
    ("Ref", 0, 1, MAX35),
]
PAYMENT: Form = [
    ("PmtId", 1, 1, [("InstrId", 0, 1, MAX35), ("EndToEndId", 1, 1, MAX35)]),
    ("Amt", 1, 1, {"InstdAmt": AMOUNT}),
    ("Cdtr", 0, 1, PARTY),
    ("CdtrAcct", 0, 1, ACCOUNT),
    (
        "RmtInf",
        0,
        1,
        [("Ustrd", 0, 9, MAX140), ("Strd", 0, 9, [("CdtrRefInf", 0, 1, REFERENCE)])],
    ),
]
GROUP: Form = [
    ("PmtInfId", 1, 1, MAX35),
    ("PmtMtd", 1, 1, "CHK|TRF|TRA"),
    ("BtchBookg", 0, 1, "true|false"),
    ("NbOfTxs", 0, 1, COUNT),
    ("CtrlSum", 0, 1, SUM),
    ("PmtTpInf", 0, 1, [("SvcLvl", 0, 9, CODE)]),
    ("ReqdExctnDt", 1, 1, {"Dt": DATE, "DtTm": TIME}),
    ("Dbtr", 1, 1, PARTY),
    ("DbtrAcct", 1, 1, ACCOUNT),
    (
        "DbtrAgt",
        1,
        1,
        [("FinInstnId", 1, 1, [("BICFI", 0, 1, BIC), ("Othr", 0, 1, [("Id", 1, 1, MAX35)])])],
    ),
    ("ChrgBr", 0, 1, "DEBT|CRED|SHAR|SLEV"),
    ("CdtTrfTxInf", 1, 10**6, PAYMENT),
]
DOCUMENT: Form = [
    (
        "CstmrCdtTrfInitn",
        1,
        1,
        [
            (
                "GrpHdr",
                1,
                1,
                [
                    ("MsgId", 1, 1, MAX35),
                    ("CreDtTm", 1, 1, TIME),
                    ("NbOfTxs", 1, 1, COUNT),
                    ("CtrlSum", 0, 1, SUM),
                    ("InitgPty", 1, 1, PARTY),
                ],
            ),
            ("PmtInf", 1, 10**6, GROUP),
        ],
    )
]
NAMESPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


def breaches(root: Element) -> list[str]:
    """Everything in which a file differs from the message's structure."""
    if root.tag != f"{NAMESPACE}Document":
        return [f"the root is {root.tag}"]
    return list(_breaches(root, DOCUMENT, "Document"))


def _breaches(element: Element, form: Form, path: str) -> list[str]:
    if isinstance(form, str):
        text = element.text or ""
        right = len(element) == 0 and re.fullmatch(form, text, re.DOTALL)
        return [] if right else [f"{path} is «{text}»"]
    names = [child.tag.removeprefix(NAMESPACE) for child in element]
    if isinstance(form, dict):
        if len(names) != 1 or names[0] not in form:
            return [f"{path} holds {names}"]
        return _breaches(element[0], form[names[0]], f"{path}/{names[0]}")
    found: list[str] = []
    at = 0
    for name, least, most, inner in form:
        count = 0
        while at < len(names) and names[at] == name:
            found += _breaches(element[at], inner, f"{path}/{name}")
            at, count = at + 1, count + 1
        if not least <= count <= most:
            found.append(f"{path}/{name} is given {count} times")
    return found + [f"{path}/{name} stands where it may not" for name in names[at:]]
