"""Texts: the Chinese forms by their English ones, and the form of a sentence with its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from string import Formatter
from typing import Final

__all__ = ["MODULES", "Catalogue"]

#: The modules with the Chinese forms, each a table TEXTS.
MODULES: Final = (
    "help",
    "screens",
    "ways",
    "status",
    "simulate",
    "story",
    "audit",
    "files",
    "errors_cli",
    "errors_desk",
    "errors_bank",
    "errors_chain",
    "errors_books",
    "errors_attest",
    "errors_money",
)


#: Letters without which a form could be found in anything: such a one is only told.
_FEWEST: Final = 6


@dataclass(frozen=True)
class _Shape:
    """An English form with values in it, as it is found in a sentence."""

    begins: str
    ends: str
    weight: int
    """Letters that are its own: the more, the surer it is meant."""
    form: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The same value wherever its name stands."""
        parts, known = [], set[str]()
        for literal, name, _, _ in Formatter().parse(self.form):
            parts.append(re.escape(literal))
            if name is not None:
                parts.append(f"(?P={name})" if name in known else f"(?P<{name}>.+?)")
                known.add(name)
        return re.compile("".join(parts), re.DOTALL)

    def values(self, sentence: str) -> dict[str, str] | None:
        """What stands at the places of the form; None for another sentence."""
        if not (sentence.startswith(self.begins) and sentence.endswith(self.ends)):
            return None
        found = self.pattern.fullmatch(sentence)
        return None if found is None else found.groupdict()


class Catalogue:
    """Chinese forms by English ones."""

    def __init__(self, forms: Mapping[str, str]) -> None:
        self._forms = forms
        self._plain = {_plain(form): form for form in forms}
        shapes = [shape for form in forms if (shape := _shape(form)) is not None]
        self._shapes = sorted(shapes, key=lambda each: -each.weight)

    @classmethod
    def load(cls) -> Catalogue:
        """Of all modules; a form stands in one of them only."""
        forms: dict[str, str] = {}
        for name in MODULES:
            forms |= import_module(f"api.texts.{name}_zh").TEXTS
        return cls(forms)

    def of(self, form: str) -> str:
        """The Chinese form; the English one where it has no words to translate."""
        return self._forms.get(form, form)

    def recognise(self, sentence: str) -> tuple[str, Mapping[str, str]] | None:
        """The Chinese form of a sentence, and the values in it; None for an unknown one."""
        form = self._plain.get(sentence)
        if form is not None:
            return self._forms[form], {}
        for shape in self._shapes:
            values = shape.values(sentence)
            if values is not None:
                return self._forms[shape.form], values
        return None


def _plain(form: str) -> str:
    """A form without values as the sentence that it is."""
    return form.replace("{{", "{").replace("}}", "}")


def _shape(form: str) -> _Shape | None:
    """How a form with values is recognised; None for one without, or with too few words."""
    literals = list(_literals(form))
    own = sum(letter.isalpha() for literal in literals for letter in literal)
    if len(literals) == 1 or own < _FEWEST:
        return None
    return _Shape(literals[0], literals[-1], sum(map(len, literals)), form)


def _literals(form: str) -> Iterator[str]:
    """The letters before, between and behind the places."""
    before = ""
    for literal, name, _, _ in Formatter().parse(form):
        before += literal
        if name is not None:
            yield before
            before = ""
    yield before
