"""Bank: reading XML files of strangers, in bounded memory and without any of XML's traps.

A file is read as a stream of *units*: small elements (a statement line, a header) that are
dropped as soon as they were seen. DOCTYPEs, and with them entities and external references, are
refused (FAULTS: XXE, billion laughs), as are depth and size that no bank needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO
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
    metered = _Metered(stream)
    events = _events(metered)
    _, root = next(events)
    namespace, _, name = root.tag.removeprefix("{").rpartition("}")
    layout = layouts.get(namespace.removeprefix(_NAMESPACE))
    if name != "Document" or not namespace.startswith(_NAMESPACE):
        raise StatementRefused(
            f"The root element is «{shorten(root.tag)}», not an ISO 20022 Document.",
            f"Hand in one of: {', '.join(layouts)}.",
        )
    if layout is None:
        raise StatementRefused(
            f"The file is a {shorten(namespace.removeprefix(_NAMESPACE))} message.",
            f"Ask the bank for one of: {', '.join(layouts)}.",
        )
    root.tag = "Document"
    return layout, _units(events, metered, layout, [root], f"{{{namespace}}}")


def _units(
    events: Iterator[tuple[str, Element]],
    metered: _Metered,
    layout: Layout,
    around: list[Element],
    prefix: str,
) -> Iterator[Unit]:
    for event, element in events:
        if event == "start":
            # elements of another namespace keep their full name, so nothing takes them for ours
            element.tag = element.tag.removeprefix(prefix)
            if len(around) == 1 and element.tag != layout.containers[2]:
                raise StatementRefused(
                    f"A {layout.name} Document holds «{shorten(element.tag)}» "
                    f"instead of {layout.containers[2]}.",
                    _AS_IT_LEFT,
                )
            around.append(element)
            continue
        around.pop()
        depth = len(around)
        if depth and layout.containers.get(depth) == around[-1].tag:
            yield Unit((*(outer.tag for outer in around), element.tag), element)
            around[-1].remove(element)
            metered.unit_bytes = 0


def _events(metered: _Metered) -> Iterator[tuple[str, Element]]:
    """What iterparse gives, with every fault of the file as `StatementRefused`."""
    depth = 0
    begun = False
    try:
        for event, element in iterparse(metered, events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise StatementRefused(
                    f"Elements are nested more than {MAX_DEPTH} deep.", _AS_IT_LEFT
                )
            begun = True
            yield event, element
    except ParseError as error:
        raise _malformed(error, metered, begun=begun) from error
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
