"""Bank: telling what kind of document a file is, by its namespace alone."""

from __future__ import annotations

import io
from typing import Final

from api.bank.iso20022.camt_reader import CAMT_LAYOUTS
from api.bank.iso20022.pain002 import PAIN002_LAYOUTS
from api.bank.iso20022.xml_stream import open_document
from api.bank.port import DocumentKind

__all__ = ["document_kind"]

_LAYOUTS: Final = CAMT_LAYOUTS | PAIN002_LAYOUTS
_KINDS: Final[dict[str, DocumentKind]] = {
    "camt.053": "camt.053",
    "camt.054": "camt.054",
    "pain.002": "pain.002",
}


def document_kind(content: bytes) -> DocumentKind:
    """The kind of a file whose beginning is sound; `StatementRefused` for any other file."""
    layout, _ = open_document(io.BytesIO(content), _LAYOUTS)
    return _KINDS[layout.name[: len("camt.053")]]
