"""Bank: reading XML files of strangers, in bounded memory and without any of XML's traps.

A file is read as a stream of *units*: small elements (a statement line, a header) that are
dropped as soon as they were seen. DOCTYPEs, and with them entities and external references, are
refused (FAULTS: XXE, billion laughs), as are depth and size that no bank needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final, cast
from xml.etree.ElementTree import Element
from xml.parsers.expat import errors

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from api.bank.errors import StatementRefused
from wallet.money import shorten

__all__ = ["Layout", "Unit", "open_document"]

MAX_DEPTH = 40
MAX_UNIT_BYTES = 1024 * 1024
"""More than any one line, header or payment needs; batch entries count payment by payment."""

_WRAPPER: Final = 2
"""Depth of the element that the message is named after."""
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"


@dataclass(frozen=True, slots=True)
class Layout:
    """One message: its name, and per depth the element whose children are units."""

    name: str
    containers: Mapping[int, str]
    """Depth 1 is ``Document``, depth 2 the message's own root element."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One element with the local names of itself and those around it, outermost first."""

    path: tuple[str, ...]
    element: Element


def open_document(stream: BinaryIO, layouts: Mapping[str, Layout]) -> tuple[Layout, Iterator[Unit]]:
    """Recognise the message by its namespace; `layouts` is keyed by names such as camt.053.001.08.

    Raises `StatementRefused` here or, for faults further on, while the units are iterated:
    units that were already given stand, and the caller decides what to do with them.
    """
    walk = _walk(_Metered(stream), layouts)
    layout = next(walk)
    if not isinstance(layout, Layout):
        raise TypeError("a walk begins with its layout")
    return layout, cast(Iterator[Unit], walk)


def _walk(metered: _Metered, layouts: Mapping[str, Layout]) -> Iterator[Layout | Unit]:
    """The message's layout, then its units; every fault of the file as `StatementRefused`."""
    around: list[Element] = []
    layout: Layout | None = None
    containers: Mapping[int, str] = {}
    prefix = ""
    try:
        for event, element in iterparse(metered, events=("start", "end"), forbid_dtd=True):
            if event == "end":
                around.pop()
                depth = len(around)
                if depth in containers and containers[depth] == around[-1].tag:
                    yield Unit((*[outer.tag for outer in around], element.tag), element)
                    around[-1].remove(element)
                    metered.unit_bytes = 0
                continue
            if layout is None:
                layout, prefix = _recognise(element.tag, layouts)
                containers = layout.containers
                yield layout
            # elements of another namespace keep their full name, so nothing takes them for ours
            element.tag = element.tag.removeprefix(prefix)
            around.append(element)
            if len(around) == _WRAPPER and element.tag != containers[_WRAPPER]:
                raise _other_content(layout, element.tag)
            if len(around) > MAX_DEPTH:
                raise StatementRefused(
                    f"Elements are nested more than {MAX_DEPTH} deep.", _AS_IT_LEFT
                )
    except ParseError as error:
        raise _malformed(error, metered, begun=layout is not None) from error
    except DefusedXmlException as error:
        raise StatementRefused(
            "The file has a DOCTYPE, which ISO 20022 messages never have.",
            "Do not open it elsewhere; ask the bank whether it is theirs.",
        ) from error
    except (LookupError, ValueError) as error:
        # expat's answers to an encoding that Python does not know, or that has several bytes
        raise StatementRefused(
            f"The file's encoding cannot be read: {shorten(str(error))}.",
            "Ask the bank for UTF-8.",
        ) from error


def _recognise(root: str, layouts: Mapping[str, Layout]) -> tuple[Layout, str]:
    """Which message it is, and the prefix of its names; any other file is refused unread."""
    namespace, _, name = root.removeprefix("{").rpartition("}")
    message = namespace.removeprefix(_NAMESPACE)
    wanted = ", ".join(layouts)
    if name != "Document" or message == namespace:
        raise StatementRefused(
            f"The root element is «{shorten(root)}», not an ISO 20022 Document.",
            f"Hand in one of: {wanted}.",
        )
    if message not in layouts:
        raise StatementRefused(
            f"The file is a {shorten(message)} message.", f"Ask the bank for one of: {wanted}."
        )
    return layouts[message], f"{{{namespace}}}"


def _other_content(layout: Layout, tag: str) -> StatementRefused:
    return StatementRefused(
        f"A {layout.name} Document holds «{shorten(tag)}» "
        f"instead of {layout.containers[_WRAPPER]}.",
        _AS_IT_LEFT,
    )


def _malformed(error: ParseError, metered: _Metered, *, begun: bool) -> StatementRefused:
    if metered.total == 0:
        return StatementRefused("The file is empty.", "Hand in the file that the bank gave.")
    line, _ = error.position
    if begun and error.code in _CUT_OFF:
        return StatementRefused(
            f"The file is cut off: it ends in line {line}, before its elements are closed.",
            "Fetch it from the bank again and hand in the whole file.",
        )
    return StatementRefused(f"The file is not well-formed XML: {error}.", _AS_IT_LEFT)


_CUT_OFF = frozenset(
    errors.codes[name]
    for name in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_PARTIAL_CHAR,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
_AS_IT_LEFT = "Ask the bank for the file as it left its system."


class _Metered:
    """Counts the bytes read since the last finished unit, and refuses beyond the limit."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.total = 0
        self.unit_bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        """As the stream's own `read`."""
        data = self._stream.read(size)
        self.total += len(data)
        self.unit_bytes += len(data)
        if self.unit_bytes > MAX_UNIT_BYTES:
            raise StatementRefused(
                f"One element is larger than {MAX_UNIT_BYTES} bytes.", _AS_IT_LEFT
            )
        return data
