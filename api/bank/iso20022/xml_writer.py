"""Bank: writing XML, the same input always as the same bytes.

Files are written in one pass, so a statement of any length needs no memory of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from api.kernel.money import Money

__all__ = ["XmlWriter", "writable"]

# XML 1.0 has no way to carry these, not even escaped
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> bool:
    """Whether XML 1.0 can carry `text`."""
    return _UNWRITABLE.search(text) is None


class XmlWriter:
    """Writes an ISO 20022 ``Document``, indented; ValueError for text that XML cannot carry."""

    def __init__(self, out: BinaryIO, message: str) -> None:
        self._out = out
        self._depth = 0
        self._write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self._namespace = f"urn:iso:std:iso:20022:tech:xsd:{message}"

    @contextmanager
    def document(self) -> Iterator[None]:
        """The root element, with the message's namespace."""
        with self._element("Document", f" xmlns={quoteattr(self._namespace)}"):
            yield

    @contextmanager
    def inside(self, path: str) -> Iterator[None]:
        """Elements one in the other, such as ``GrpHdr`` or ``Acct/Id``, around what is written."""
        head, _, rest = path.partition("/")
        with self._element(head, ""):
            if rest:
                with self.inside(rest):
                    yield
            else:
                yield

    def put(self, path: str, text: str | None) -> None:
        """A text in elements one in the other; nothing at all when `text` is None."""
        if text is None:
            return
        around, _, leaf = path.rpartition("/")
        if around:
            with self.inside(around):
                self._leaf(leaf, "", text)
        else:
            self._leaf(leaf, "", text)

    def put_amount(self, tag: str, money: Money) -> None:
        """The magnitude of `money` with its currency; direction is another element's business."""
        magnitude = money if money.minor >= 0 else -money
        self._leaf(tag, f" Ccy={quoteattr(money.currency)}", magnitude.decimal())

    @contextmanager
    def _element(self, tag: str, attributes: str) -> Iterator[None]:
        self._write(f"{'  ' * self._depth}<{tag}{attributes}>\n")
        self._depth += 1
        yield
        self._depth -= 1
        self._write(f"{'  ' * self._depth}</{tag}>\n")

    def _leaf(self, tag: str, attributes: str, text: str) -> None:
        if not writable(text):
            raise ValueError(f"{tag} has a character that XML cannot carry")
        self._write(f"{'  ' * self._depth}<{tag}{attributes}>{escape(text)}</{tag}>\n")

    def _write(self, text: str) -> None:
        self._out.write(text.encode("utf-8"))
