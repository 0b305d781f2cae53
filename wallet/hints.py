"""Wallet: the names of `typing` that stand in annotations, without loading `typing`.

Importing `typing` takes longer than all else that `jiaozi address` does, and nothing looks at
an annotation while a command runs. A type checker sees the real names; at run time they are
the least that lets a class statement or a decorator stand.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import (
        Any,
        ClassVar,
        Final,
        NoReturn,
        Protocol,
        Self,
        TextIO,
        TypeAlias,
        dataclass_transform,
        final,
    )
else:
    Any = ClassVar = Final = NoReturn = Protocol = Self = TextIO = TypeAlias = object

    def final(kind):
        """Leave a class as it is; the type checker refuses its subclasses."""
        return kind

    def dataclass_transform(**_):
        """Leave a class as it is; the type checker reads its fields as a dataclass's."""
        return final


__all__ = [
    "TYPE_CHECKING",
    "Any",
    "ClassVar",
    "Final",
    "NoReturn",
    "Protocol",
    "Self",
    "TextIO",
    "TypeAlias",
    "dataclass_transform",
    "final",
]
