"""Tests of wallet.qr: what is drawn can be read back, by another library than drew it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from wallet import qr
from wallet.errors import InputError, SetupError

TEXT = "ethereum:0x7e7e@31337/transfer?address=0x1111&uint256=1250"
_PIXELS = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}


def test_a_png_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "code.png"
    qr.write(str(file), qr.picture(TEXT, "png"))
    assert qr.read(str(file)) == TEXT
    with pytest.raises(FileExistsError):
        qr.write(str(file), b"")
    assert qr.read(str(file)) == TEXT


def test_an_svg_is_one() -> None:
    assert b"<svg" in qr.picture(TEXT, "svg")


@pytest.mark.parametrize("colour", [True, False])
def test_what_a_terminal_shows_is_read_back(colour: bool) -> None:
    lines = qr.terminal(TEXT, colour=colour)
    plain = [line.removeprefix("\x1b[38;5;231;48;5;16m").removesuffix("\x1b[0m") for line in lines]
    assert (plain != lines) == colour
    image = Image.new("L", (len(plain[0]), 2 * len(plain)))
    for row, line in enumerate(plain):
        for column, letter in enumerate(line):
            high, low = _PIXELS[letter]
            image.putpixel((column, 2 * row), 255 * high)
            image.putpixel((column, 2 * row + 1), 255 * low)
    large = image.resize((image.width * 6, image.height * 6), Image.Resampling.NEAREST)
    (code,) = zxingcpp.read_barcodes(large.convert("RGB"))
    assert code.text == TEXT


def _code(text: str) -> Image.Image:
    return Image.open(io.BytesIO(qr.picture(text, "png"))).convert("RGB")


def test_two_different_codes_are_one_too_many(tmp_path: Path) -> None:
    left, right = _code("one"), _code("two")
    both = Image.new("RGB", (left.width + right.width, left.height), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    both.save(tmp_path / "both.png")
    with pytest.raises(InputError) as caught:
        qr.read(str(tmp_path / "both.png"))
    assert (caught.value.code, caught.value.values["count"]) == ("image.several", 2)


def test_what_is_no_code_is_told(tmp_path: Path) -> None:
    Image.new("RGB", (80, 80), "white").save(tmp_path / "white.jpg")
    (tmp_path / "text.png").write_text("no picture")
    whole = qr.picture(TEXT, "png")
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    for name, code in (
        ("white.jpg", "image.none"),
        ("text.png", "image.unreadable"),
        ("cut.png", "image.unreadable"),
    ):
        with pytest.raises(InputError) as caught:
            qr.read(str(tmp_path / name))
        assert caught.value.code == code, name


def test_a_picture_of_endless_size_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("1", (9_000, 9_000)).save(tmp_path / "bomb.png")
    with pytest.raises(InputError) as caught:
        qr.read(str(tmp_path / "bomb.png"))
    assert caught.value.code == "image.large"
    monkeypatch.setattr(qr, "_MOST_BYTES", 10)
    with pytest.raises(InputError):
        qr.read(str(tmp_path / "bomb.png"))


def test_missing_libraries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(qr, "import_module", missing)
    with pytest.raises(SetupError) as caught:
        qr.read("any.png")
    assert caught.value.code == "image.libraries"
    assert "jiaozi[images]" in caught.value.remedy()
