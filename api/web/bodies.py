"""Web: the shapes that every room's request and answer bodies share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["AmountBody", "Body", "FieldProblem", "ProblemBody"]


class Body(BaseModel):
    """A JSON object with exactly these names, each of exactly this type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AmountBody(Body):
    """An amount of money. Decimals as the currency has them; never a JSON number."""

    amount: str = Field(examples=["12.34"])
    currency: str = Field(examples=["EUR"])


class FieldProblem(Body):
    """One wrong field of a request."""

    field: str
    problem: str


class ProblemBody(BaseModel):
    """Every error (RFC 9457). Programs go by `type`, people by `remedy`."""

    type: str = Field(examples=["urn:jiaozi:problem:invalid-signature"])
    title: str
    status: int
    detail: str
    remedy: str
    instance: str = Field(examples=["urn:jiaozi:request:request_9f0c…"])
    field: str | None = None
    fields: list[FieldProblem] | None = None
