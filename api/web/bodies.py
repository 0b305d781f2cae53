"""Web: the shapes that every room's request and answer bodies share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

__all__ = ["AfterQuery", "AmountBody", "Body", "FieldProblem", "LimitQuery", "ProblemBody"]

AfterQuery: TypeAlias = Annotated[
    int, Query(ge=0, lt=2**63, description="`next` of the page before")
]
LimitQuery: TypeAlias = Annotated[int, Query(ge=1, le=500, description="Longest page")]


class Body(BaseModel):
    """A JSON object with exactly these names, each of exactly this type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AmountBody(Body):
    """An amount of money. Decimals as the currency has them; never a JSON number."""

    amount: str = Field(description="With the currency's decimals", examples=["12.34"])
    currency: str = Field(description="ISO 4217 code", examples=["EUR"])


class FieldProblem(Body):
    """One wrong field of a request."""

    field: str = Field(description="Its name; dots lead into inner objects")
    problem: str = Field(description="What is wrong with it")


class ProblemBody(BaseModel):
    """Every error (RFC 9457). Programs go by `type`, people by `remedy`."""

    type: str = Field(
        description="Which problem: one of the types below; it never changes",
        examples=["urn:jiaozi:problem:invalid-signature"],
    )
    title: str = Field(description="The type in words")
    status: int = Field(description="The HTTP status")
    detail: str = Field(description="What happened, in a sentence")
    remedy: str = Field(description="What to do next, in a sentence")
    instance: str = Field(
        description="This one request; the bridge's log knows it by this id",
        examples=["urn:jiaozi:request:request_9f0c…"],
    )
    field: str | None = Field(default=None, description="The field that is wrong, if one is")
    fields: list[FieldProblem] | None = Field(default=None, description="Every field that is wrong")
