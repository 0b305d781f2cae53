"""Wallet: QR codes: drawn in a terminal, as PNG or SVG, and read out of pictures.

Drawing needs segno; reading needs pillow and zxing-cpp, which the extra `images` installs. Each
is loaded only when it is used.
"""

from __future__ import annotations

import io
import os
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final, Literal

from wallet.errors import InputError, SetupError

_BORDER: Final = 4  # modules of light around the code, as ISO/IEC 18004 wants it
_SCALE: Final = 8
_MOST_BYTES: Final = 20 * 2**20
_MOST_PIXELS: Final = 50_000_000
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_HALVES: Final = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}  # light is drawn, dark is not
_INK: Final = ("\x1b[38;5;231;48;5;16m", "\x1b[0m")  # white on black, whatever the terminal has
#: How many bytes one code is given: more can be read only from near and in good light.
MOST_IN_ONE: Final = 800


def terminal(text: str, *, colour: bool) -> list[str]:
    """The lines of a code, two rows of modules a line.

    Without colours the terminal's background is taken for dark, as it mostly is.
    """
    matrix = [list(row) for row in _make(text).matrix_iter(border=_BORDER)]
    start, end = _INK if colour else ("", "")
    return [
        start + "".join(_HALVES[bool(high), bool(low)] for high, low in pair) + end
        for pair in (
            zip_longest(matrix[place], _row_after(matrix, place), fillvalue=0)
            for place in range(0, len(matrix), 2)
        )
    ]


def picture(text: str, kind: Literal["png", "svg"]) -> bytes:
    """The bytes of a picture file."""
    out = io.BytesIO()
    _make(text).save(out, kind=kind, scale=_SCALE, border=_BORDER)
    return out.getvalue()


def write(file: str, data: bytes, mode: int = 0o666) -> None:
    """Write a new file (less what the umask takes); FileExistsError where there is one already."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(data)


def read(file: str) -> str:
    """The text of the one QR code in a picture.

    InputError where the file is no picture, has no code, or has several that differ; SetupError
    where the libraries are not installed.
    """
    try:
        pillow, zxing = import_module("PIL.Image"), import_module("zxingcpp")
    except ImportError as error:
        raise SetupError("image.libraries") from error
    with Path(file).open("rb") as source:
        data = source.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise InputError("image.large", file=file)
    try:
        image = pillow.open(io.BytesIO(data), formats=_FORMATS)
        if image.width * image.height > _MOST_PIXELS:
            raise InputError("image.large", file=file)
        codes = zxing.read_barcodes(image.convert("RGB"), formats=zxing.BarcodeFormat.QRCode)
    except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError) as error:
        raise InputError("image.unreadable", file=file) from error
    texts = {code.text for code in codes if code.valid}
    if not texts:
        raise InputError("image.none", file=file)
    if len(texts) > 1:
        raise InputError("image.several", file=file, count=len(texts))
    return str(texts.pop())


def _make(text: str) -> Any:
    import segno  # noqa: PLC0415  # takes 30 ms to load, and few commands draw a code

    return segno.make_qr(text, error="m")


def _row_after(matrix: list[list[int]], place: int) -> list[int]:
    return matrix[place + 1] if place + 1 < len(matrix) else []
