"""Wallet: `jiaozi address`, from the stored account, without a password or a network.

With --phrase-file it needs no wallet at all: it tells which addresses a recovery phrase has.
"""

from __future__ import annotations

from wallet.cli.session import Result, Session
from wallet.hints import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wallet.address import Address

_MOST: Final = 100_000
_STDIN: Final = "-"


def run(session: Session) -> Result:
    """The address of the chosen account; with --count, the first ones below the xpub."""
    is_many, count = session.line.has("--count"), session.line.number("--count", 1, _MOST)
    if session.line.has("--phrase-file"):
        return _result(_of_phrase(session, count), is_many=is_many)
    from wallet.cli.chosen import chosen_account  # noqa: PLC0415  # a phrase needs no wallet

    accounts, account = chosen_account(session)
    if not is_many:
        return Result({"address": account.address, "path": account.path}, [account.address])
    from wallet.book.derive import children  # noqa: PLC0415  # one stored address needs no curve

    return _result(children(accounts, count), is_many=True)


def _of_phrase(session: Session, count: int) -> list[tuple[Address, str]]:
    """The first addresses of a phrase in a file, or on standard input for "-", and their paths."""
    from wallet.hd import PrivateNode  # noqa: PLC0415  # a stored address needs no keys
    from wallet.mnemonic import parse, seed  # noqa: PLC0415  # as above
    from wallet.path import ETHEREUM_ACCOUNT, Normal  # noqa: PLC0415  # as above

    if session.line.get("--phrase-file") == _STDIN:
        text = session.environment.stdin.readline()
    else:
        text = (session.secret_file("--phrase-file") or b"").decode("utf-8", "replace")
    above = ETHEREUM_ACCOUNT / Normal(0)
    node = PrivateNode.from_seed(seed(parse(text))).derive(above)
    return [(address, f"{above}/{number}") for number, address in enumerate(node.addresses(count))]


def _result(found: list[tuple[Address, str]], *, is_many: bool) -> Result:
    if not is_many:
        address, path = found[0]
        return Result({"address": address, "path": path}, [address])
    listed = [{"address": address, "path": path} for address, path in found]
    width = max(len(path) for _, path in found)
    return Result({"addresses": listed}, [f"{path:<{width}}  {each}" for each, path in found])
