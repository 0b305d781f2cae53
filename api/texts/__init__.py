"""Texts: what the bank's command says to people, in English and 简体中文.

English stands where it is said: it is what the logs, the database, HTTP and --json keep, whoever
reads them. This room holds its Chinese. A sentence is known by its English form, with a
{placeholder} for each value; one that comes with its values already in it (an error's, an
alarm's that the worker stored days ago) is recognised by that form, and its values are taken out
of it again. So nothing that is stored or sent depends on a language.

`speak` sets the language of a run, `text` says a sentence, `reading` gives a sentence that was
made elsewhere, and `told` makes one whose form would be too loose to be recognised.

A placeholder of the Chinese form may say that its value is a sentence itself: ``{problem:said}``.
A test holds every sentence of the sources to its Chinese, and every Chinese one to a source.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache
from string import Formatter
from typing import Any

from api.texts.catalogue import Catalogue

__all__ = ["Told", "beside", "language", "reading", "speak", "text", "told"]

_LANGUAGE: ContextVar[str] = ContextVar("language", default="en")


def speak(chosen: str) -> None:
    """Say everything from here on in "en" or "zh"."""
    _LANGUAGE.set(chosen)


def language() -> str:
    """What is spoken."""
    return _LANGUAGE.get()


def text(sentence: str, /, **values: object) -> str:
    """A sentence, known by its English form, with its values."""
    return reading(told(sentence, **values))


def reading(sentence: str) -> str:
    """A sentence that was made in English; as it is where nobody has a Chinese one for it."""
    if language() == "en":
        return sentence
    if isinstance(sentence, Told):
        return _InChinese().vformat(_chinese().of(sentence.form), (), sentence.values)
    found = _chinese().recognise(sentence)
    if found is None:
        return sentence
    form, values = found
    return _InChinese().vformat(form, (), values)


def beside(first: str, second: str) -> str:
    """Two sentences in a row: a blank parts those that end in a point, and none behind "。"."""
    return f"{first}{'' if first.endswith('。') else ' '}{second}"


class Told(str):
    """An English sentence that knows its form and its values."""

    __slots__ = ("form", "values")
    form: str
    values: dict[str, Any]


def told(form: str, /, **values: object) -> Told:
    """The English sentence of a form and its values."""
    sentence = Told(_InEnglish().vformat(form, (), values))
    sentence.form, sentence.values = form, values
    return sentence


class _InEnglish(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        """A value; one that is a sentence stays as it was said."""
        return str(value) if format_spec == "said" else format(value, format_spec)


class _InChinese(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        """A value; one that is a sentence is read in turn."""
        if format_spec == "said":
            return reading(value if isinstance(value, str) else str(value))
        return format(value, format_spec)


@cache
def _chinese() -> Catalogue:
    return Catalogue.load()
