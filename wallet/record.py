"""Wallet: frozen records that cost nothing to declare.

A `@dataclass(frozen=True, slots=True)` writes and compiles its methods when its module is
loaded: `dataclasses` itself and the records behind `jiaozi balance` would take longer than the
rest of the command. A Record shares its methods instead; to the type checker it is a dataclass,
and `dataclasses.replace`, `asdict` and `fields` take it for one.
"""

from __future__ import annotations

from wallet.hints import Any, ClassVar, Self, dataclass_transform

_set = object.__setattr__


class _RecordType(type):
    """Makes a slot of each annotated name, in order; a value beside it is its default."""

    __match_args__: tuple[str, ...]

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _RecordType:
        own = tuple(
            field
            for field, kind in namespace.get("__annotations__", {}).items()
            if not str(kind).startswith("ClassVar")
        )
        inherited: tuple[str, ...] = ()
        defaults: dict[str, Any] = {}
        for base in bases:
            inherited += getattr(base, "__match_args__", ())
            defaults |= getattr(base, "_defaults", {})
        defaults |= {field: namespace.pop(field) for field in own if field in namespace}
        namespace["__slots__"] = own
        namespace["__match_args__"] = inherited + own
        namespace["_defaults"] = defaults
        return super().__new__(cls, name, bases, namespace)

    @property
    def __dataclass_fields__(cls) -> dict[str, Any]:
        """What `dataclasses.replace`, `asdict` and `fields` look for."""
        from dataclasses import make_dataclass  # noqa: PLC0415  # what this module does without

        made: Any = make_dataclass(cls.__name__, cls.__match_args__)
        found: dict[str, Any] = made.__dataclass_fields__
        return found


@dataclass_transform(frozen_default=True)
class Record(metaclass=_RecordType):
    """A frozen record of named fields: made, compared, hashed and shown by its values.

    A field's default is shared by all records that leave it out, so it must be immutable; a
    ClassVar is no field. `__post_init__` may refuse the values. TypeError for a field too many or
    too few. The module of such a class must not evaluate annotations (`from __future__ …`).
    """

    __match_args__: ClassVar[tuple[str, ...]]
    __dataclass_fields__ = property(lambda self: type(self).__dataclass_fields__)
    _defaults: ClassVar[dict[str, Any]]

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = self.__match_args__
        if named or len(values) != len(fields):
            values = self._complete(values, named)
        for field, value in zip(fields, values, strict=True):
            _set(self, field, value)
        self.__post_init__()

    def __post_init__(self) -> None:
        """Refuse what is no such record, in a class that overrides this."""

    def _complete(self, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        fields, kind = self.__match_args__, type(self).__name__
        rest = fields[len(values) :]
        if len(values) > len(fields) or not named.keys() <= set(rest):
            raise TypeError(f"{kind} has the fields {', '.join(fields)}, each once")
        given = self._defaults | named
        missing = [field for field in rest if field not in given]
        if missing:
            raise TypeError(f"{kind} lacks {', '.join(missing)}")
        return (*values, *(given[field] for field in rest))

    def as_tuple(self) -> tuple[Any, ...]:
        """The values, in the order of the fields."""
        return tuple(getattr(self, field) for field in self.__match_args__)

    def as_dict(self) -> dict[str, Any]:
        """The values by their fields' names; a record inside one stays a record."""
        return dict(zip(self.__match_args__, self.as_tuple(), strict=True))

    def changed(self, **values: Any) -> Self:
        """The same record with these values; TypeError for a field that it does not have."""
        return type(self)(**{**self.as_dict(), **values})

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.as_tuple() == other.as_tuple()

    def __hash__(self) -> int:
        return hash(self.as_tuple())

    def __repr__(self) -> str:
        shown = (f"{field}={getattr(self, field)!r}" for field in self.__match_args__)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __setattr__(self, field: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {field} cannot be set")

    def __delattr__(self, field: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {field} cannot be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.as_tuple()
