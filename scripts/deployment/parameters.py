"""Scripts: the parameters file, what a token starts with; scripts/parameters/ explains it."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.deployment import DeploymentError

__all__ = ["Limits", "Parameters", "ParametersError", "parse_parameters", "read_parameters"]

LIMITED_TIERS = ("0", "1", "2", "3", "4")
MANTISSA_MAX, EXPONENT_MAX = 4095, 15
CAPACITY_MAX, REFILL_MAX = 2**72 - 1, 2**56 - 1  # the fields of the Teller's bucket
SHORT_STRING_BYTES = 31


class ParametersError(DeploymentError):
    """The parameters file cannot be used; the text names the field."""


@dataclass(frozen=True)
class Limits:
    """One tier's limits in minor units; zero is closed."""

    per_payment: int
    per_day: int
    balance: int


@dataclass(frozen=True)
class Parameters:
    """Token, limits of tiers 0 to 4, bucket, backing's age, approvals needed past the bucket."""

    name: str
    symbol: str
    currency: str
    decimals: int
    utc_offset_seconds: int
    contract_uri: str
    tiers: tuple[Limits, ...]
    bucket_capacity: int
    bucket_refill_per_second: int
    max_age: int
    approvals_needed: int

    def to_json(self) -> dict[str, Any]:
        """As the parameters file has it, and deployments/<chainId>.json."""
        return {
            "token": {
                "name": self.name,
                "symbol": self.symbol,
                "currency": self.currency,
                "decimals": self.decimals,
                "utcOffsetSeconds": self.utc_offset_seconds,
                "contractURI": self.contract_uri,
            },
            "tiers": {
                tier: {
                    "perPayment": limits.per_payment,
                    "perDay": limits.per_day,
                    "balance": limits.balance,
                }
                for tier, limits in zip(LIMITED_TIERS, self.tiers, strict=True)
            },
            "bucket": {
                "capacity": self.bucket_capacity,
                "refillPerSecond": self.bucket_refill_per_second,
            },
            "maxAge": self.max_age,
            "approvalsNeeded": self.approvals_needed,
        }


def parse_parameters(values: Any) -> Parameters:
    """Check decoded JSON. Raises ParametersError."""
    try:
        token, tiers, bucket = values["token"], values["tiers"], values["bucket"]
        parameters = Parameters(
            name=_text("token.name", token["name"]),
            symbol=_text("token.symbol", token["symbol"]),
            currency=_text("token.currency", token["currency"]),
            decimals=_whole("token.decimals", token["decimals"], 0, 18),
            utc_offset_seconds=_whole(
                "token.utcOffsetSeconds", token["utcOffsetSeconds"], -12 * 3600, 14 * 3600
            ),
            contract_uri=_uri("token.contractURI", token["contractURI"]),
            tiers=tuple(_limits(tier, tiers[tier]) for tier in LIMITED_TIERS),
            bucket_capacity=_whole("bucket.capacity", bucket["capacity"], 0, CAPACITY_MAX),
            bucket_refill_per_second=_whole(
                "bucket.refillPerSecond", bucket["refillPerSecond"], 0, REFILL_MAX
            ),
            max_age=_whole("maxAge", values["maxAge"], 0, 2**64 - 1),
            approvals_needed=_whole("approvalsNeeded", values["approvalsNeeded"], 0, 255),
        )
    except (KeyError, TypeError) as problem:
        raise ParametersError(f"the parameters file lacks {problem}") from problem
    return parameters


def read_parameters(path: Path) -> Parameters:
    """Read and check a parameters file. Raises ParametersError."""
    try:
        return parse_parameters(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as problem:
        raise ParametersError(f"{path} cannot be read as JSON: {problem}") from problem


def _limits(tier: str, values: Any) -> Limits:
    return Limits(
        per_payment=_limit(f"tiers.{tier}.perPayment", values["perPayment"]),
        per_day=_limit(f"tiers.{tier}.perDay", values["perDay"]),
        balance=_limit(f"tiers.{tier}.balance", values["balance"]),
    )


def _limit(field: str, value: object) -> int:
    """The token stores a 12-bit mantissa and a decimal exponent, and never rounds."""
    limit = _whole(field, value, 0, MANTISSA_MAX * 10**EXPONENT_MAX)
    mantissa = limit
    while mantissa > MANTISSA_MAX and mantissa % 10 == 0:
        mantissa //= 10
    if mantissa > MANTISSA_MAX:
        raise ParametersError(f"{field}: {limit} is not at most 4095 followed by zeros")
    return limit


def _whole(field: str, value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ParametersError(f"{field}: {value!r} is not a whole number from {least} to {most}")
    return value


def _text(field: str, value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value.encode()) <= SHORT_STRING_BYTES:
        raise ParametersError(f"{field}: {value!r} is not a text of 1 to 31 bytes")
    return value


def _uri(field: str, value: object) -> str:
    """Empty, or one line of text: wallets show it, so nothing in it may be invisible."""
    if not isinstance(value, str) or any(unicodedata.category(sign)[0] == "C" for sign in value):
        raise ParametersError(f"{field}: {value!r} is not a text without control characters")
    return value
