"""Bank: reading XML files of strangers, in bounded memory and without any of XML's traps.

A file is read as a stream of *units*: small elements (a statement line, a header) that are
dropped as soon as they were seen. DOCTYPEs, and with them entities and external references, are
refused (FAULTS: XXE, billion laughs), as are depth and size that no bank needs.

A DOCTYPE can stand only before the root element. So a guarded parser reads as far as the root's
start tag; then the plain one, which is many times faster, reads the same bytes and the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final, cast
from xml.etree.ElementTree import Element, XMLPullParser
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
_ROOT: Final = "Document"
_AT_ONCE: Final = 1 << 13
"""Bytes of a piece: the tree of a larger one is more than Python keeps memory at hand for, and
each piece would be read at half the speed."""
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
    layout, prefix = _recognise(_root_of(metered), layouts)
    return layout, _units(metered, layout, prefix)


def _root_of(metered: _Metered) -> str:
    """The full name of the root element, in front of which nothing but comments stands."""
    try:
        _, root = next(iterparse(metered, events=("start",), forbid_dtd=True))
    except ParseError as error:
        raise _malformed(error, metered, begun=False) from error
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
    return str(root.tag)


def _units(metered: _Metered, layout: Layout, prefix: str) -> Iterator[Unit]:
    """The units in the order in which they end; every fault of the file as `StatementRefused`.

    The tree is looked at after each piece of the file: an element that another one follows has
    ended. Units are taken off it, so it never holds more than a piece of the file and one unit.
    """
    parser: XMLPullParser[Element] = XMLPullParser(("start",))
    parser.feed(metered.again())
    root = cast(tuple[str, Element], next(parser.read_events()))[1]
    tree = _Tree(layout, prefix)
    fault: ParseError | None = None
    closed = False
    while fault is None and not closed:
        try:
            for _ in parser.read_events():
                pass  # a fault is raised among them
            if not metered.last:
                parser.close()
                closed = True
        except ParseError as error:  # what ended before it stands
            fault = error
        for unit in tree.ended(root, (_ROOT,), closed=closed):
            yield unit
            metered.unit_bytes = 0
        if fault is None and not closed:
            parser.feed(metered.read(_AT_ONCE))
    if fault is not None:
        raise _malformed(fault, metered, begun=True) from fault


class _Tree:
    """Finds the units of a layout in a tree that still grows at its end."""

    def __init__(self, layout: Layout, prefix: str) -> None:
        self._layout = layout
        self._prefix = prefix
        self._containers = {depth: f"{prefix}{name}" for depth, name in layout.containers.items()}
        self._deepest = max(self._containers)

    def ended(self, parent: Element, path: tuple[str, ...], *, closed: bool) -> Iterator[Unit]:
        """Units below `parent` that have ended, inner ones first; they are taken off.

        `path` names the parent and what is around it; its last child may go on unless `closed`.
        """
        depth = len(path) + 1
        gives = self._containers.get(len(path)) == parent.tag
        inner = self._containers.get(depth)
        ended = len(parent) if closed else max(len(parent) - 1, 0)
        for place, child in enumerate(parent):
            if depth == _WRAPPER and child.tag != inner:
                raise _other_content(self._layout, child.tag.removeprefix(self._prefix))
            holds = len(child) and (depth < self._deepest if inner is None else child.tag == inner)
            unit = gives and place < ended
            if not (holds or unit):
                continue
            names = (*path, child.tag.removeprefix(self._prefix))
            if holds:
                yield from self.ended(child, names, closed=place < ended)
            if unit:
                self._plain(child, depth)
                yield Unit(names, child)
        if gives:
            del parent[:ended]

    def _plain(self, element: Element, depth: int) -> None:
        """Names without the namespace: an element of another one keeps its full name, so that
        nothing takes it for ours.
        """
        level = [element]
        while level:
            if depth > MAX_DEPTH:
                raise StatementRefused(
                    f"Elements are nested more than {MAX_DEPTH} deep.", _AS_IT_LEFT
                )
            for each in level:
                each.tag = each.tag.removeprefix(self._prefix)
            level = [inner for each in level for inner in each]
            depth += 1


def _recognise(root: str, layouts: Mapping[str, Layout]) -> tuple[Layout, str]:
    """Which message it is, and the prefix of its names; any other file is refused unread."""
    namespace, _, name = root.removeprefix("{").rpartition("}")
    message = namespace.removeprefix(_NAMESPACE)
    wanted = ", ".join(layouts)
    if name != _ROOT or message == namespace:
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
        self._begin: list[bytes] | None = []
        self.total = 0
        self.unit_bytes = 0
        self.last = b""

    def read(self, size: int = -1, /) -> bytes:
        """As the stream's own `read`."""
        self.last = data = self._stream.read(size)
        if self._begin is not None:
            self._begin.append(data)
        self.total += len(data)
        self.unit_bytes += len(data)
        if self.unit_bytes > MAX_UNIT_BYTES:
            raise StatementRefused(
                f"One element is larger than {MAX_UNIT_BYTES} bytes.", _AS_IT_LEFT
            )
        return data

    def again(self) -> bytes:
        """Once: all that was read until now."""
        begin, self._begin = self._begin or [], None
        return b"".join(begin)
