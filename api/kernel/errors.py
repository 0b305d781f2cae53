"""Kernel: the root of the bridge's error tree.

Every error that a person may meet says what happened (`detail`) and what to do (`remedy`),
and has a stable `slug` by which programs know it. `api.web` alone turns the classes below
into HTTP answers (RFC 9457); rooms never name a status. An error gets its slug where it is raised;
a class of its own only where something catches just it, or where it carries more than words.

::

    BridgeError
    ├── InvalidInput      a field is wrong; `field` names it              (422)
    ├── Malformed         the request itself cannot be read               (400)
    ├── Unauthorised      no proof, or a wrong one, of who is asking      (401)
    ├── NotFound          there is no such thing, or not for the asker    (404)
    ├── Conflict          true in itself, but not in the present state    (409)
    ├── TooLarge          more than a bridge is willing to read           (413)
    ├── Unavailable       another system did not answer; try again        (503)
    ├── Misconfigured     the operator's settings are wrong               (never over HTTP)
    └── Broken            an invariant does not hold: stop, do not go on  (500)
"""

from __future__ import annotations

__all__ = [
    "BridgeError",
    "Broken",
    "Conflict",
    "InvalidInput",
    "Malformed",
    "Misconfigured",
    "NotFound",
    "TooLarge",
    "Unauthorised",
    "Unavailable",
]


class BridgeError(Exception):
    """Something that a person can understand and act on.

    `detail` is one sentence on what happened, with the values that matter and no secret.
    `remedy` is one sentence on what to do next. `slug` never changes once published.
    """

    slug = "error"

    def __init__(self, detail: str, *, remedy: str, slug: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy
        if slug is not None:
            self.slug = slug

    def __str__(self) -> str:
        return f"{self.detail} {self.remedy}"


class InvalidInput(BridgeError):
    """A field of the request holds a value that cannot be used."""

    slug = "invalid-input"

    def __init__(self, field: str, detail: str, *, remedy: str, slug: str | None = None) -> None:
        super().__init__(detail, remedy=remedy, slug=slug)
        self.field = field


class Malformed(BridgeError):
    """The request cannot be read at all, or lacks a part that every request has."""

    slug = "malformed-request"


class Unauthorised(BridgeError):
    """The asker has not shown who they are, or what they showed does not hold."""

    slug = "unauthorised"


class NotFound(BridgeError):
    """There is no such thing, or it is not the asker's to see; the answer is the same."""

    slug = "not-found"


class Conflict(BridgeError):
    """The request is sound, but the present state does not allow it."""

    slug = "conflict"


class TooLarge(BridgeError):
    """The request is larger than the bridge is willing to read."""

    slug = "too-large"


class Unavailable(BridgeError):
    """The database, the chain or the bank did not answer; nothing was lost, try again."""

    slug = "unavailable"


class Misconfigured(BridgeError):
    """The operator's settings are missing or wrong; `field` names the setting."""

    slug = "misconfigured"

    def __init__(self, field: str, detail: str, *, remedy: str) -> None:
        super().__init__(detail, remedy=remedy)
        self.field = field


class Broken(BridgeError):
    """An invariant does not hold. Money must not move until a person has looked."""

    slug = "invariant-broken"
