"""Cli: the parser of the commands, whose help and complaints are in the language of the run."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from api.texts import language, reading, text
from wallet.cli.views import wrapped
from wallet.texts import LANGUAGES

__all__ = ["EXIT_USAGE", "Parser"]

EXIT_USAGE = 2
# argparse's own, as they stand on its pages; the first one takes as many columns in Chinese
_TITLES = ("usage: ", "\npositional arguments:\n", "\noptions:\n")


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in one line. Its commands' parsers are such, too."""

    def __init__(self, **given: Any) -> None:
        super().__init__(formatter_class=_Help, allow_abbrev=False, **given)
        self.add_argument(
            "--lang",
            choices=LANGUAGES,
            default=language(),
            metavar="LANG",
            help="en or zh (else LANG)",
        )

    def error(self, message: str) -> NoReturn:
        """End with 2."""
        said = text(
            "jiaozi-bridge: {message:said}. See {command} --help.",
            message=message,
            command=self.prog,
        )
        self.exit(EXIT_USAGE, f"{said}\n")


class _Help(argparse.RawDescriptionHelpFormatter):
    """A help page: every text is read in the language of the run, wide characters count as two."""

    def format_help(self) -> str:
        page = super().format_help()
        for title in _TITLES:
            page = page.replace(title, reading(title), 1)
        return page

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help and reading(action.help)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(" ".join(text.split()), width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """A paragraph in lines; what is indented is to be typed, and stays as it is."""
        lines = [
            line
            for paragraph in reading(text).splitlines()
            for line in ([paragraph] if paragraph.startswith(" ") else wrapped(paragraph, width))
        ]
        return "".join(f"{indent}{line}\n" for line in lines)
