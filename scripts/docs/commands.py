"""Docs: writes docs/guide/commands.md and its Chinese twin from the tables of the commands.

`python -m scripts.docs.commands` writes both; with `--check` it only says whether they are up to
date, and ends with 1 when they are not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from wallet.cli.commands import COMMANDS, COMMON
from wallet.cli.help import EXIT_CODES, usages
from wallet.cli.syntax import Command, Option
from wallet.texts import text

GUIDE: Final = Path(__file__).resolve().parents[2] / "docs" / "guide"
PAGES: Final = {"en": "commands.md", "zh": "commands.zh-CN.md"}
_WORDS: Final = {
    "en": {
        "title": "The commands of jiaozi",
        "other": "[简体中文](commands.zh-CN.md)",
        "written": "Written from the tables of the commands by `python -m scripts.docs.commands`.",
        "exit": "Exit codes",
        "exit_head": "| code | meaning |",
        "json": "Answers as JSON",
        "json_text": "With `--json` a command gives one JSON document on stdout, which its schema "
        "in [json/](json) promises; an error goes to stderr as [error.json](json/error.json) "
        "has it. Names and meanings stay; fields may be added in a new version of the schema. "
        "Amounts are decimal strings with their currency, times are seconds since 1970.",
        "alone": "Without a terminal",
        "alone_text": "Nothing is asked where there is no terminal: give `--password-file FILE` "
        "and `--yes`, and each risk that you accept by its name (`--accept-risk NAME`). Colours "
        "and QR codes appear on a terminal only, colours not where `NO_COLOR` is set.",
        "common": "Options of every command",
        "option_head": "| option | meaning |",
        "answer": "Answer",
    },
    "zh": {
        "title": "jiaozi 的命令",
        "other": "[English](commands.md)",
        "written": "由 `python -m scripts.docs.commands` 按命令表写成。",
        "exit": "退出码",
        "exit_head": "| 退出码 | 含义 |",
        "json": "以 JSON 回答",
        "json_text": "加 `--json` 时，命令在 stdout 给出一份 JSON，其格式见 [json/](json) 中各自的"
        "模式；错误写到 stderr，格式见 [error.json](json/error.json)。名称和含义不变；新版模式可能"
        "增加字段。金额是带币种的十进制字符串，时间是自 1970 年起的秒数。",
        "alone": "没有终端时",
        "alone_text": "没有终端时不询问任何问题：请给出 `--password-file FILE` 和 `--yes`，并逐一"
        "具名接受风险（`--accept-risk NAME`）。颜色和二维码只在终端上出现；设置了 `NO_COLOR` "
        "时没有颜色。",
        "common": "各命令共有的选项",
        "option_head": "| 选项 | 含义 |",
        "answer": "回答",
    },
}


def page(language: str) -> str:
    """The whole page in a language."""
    return "\n".join([*_head(language), *_commands(language)])


def _head(language: str) -> Iterator[str]:
    words = _WORDS[language]
    yield from (f"# {words['title']}", "", words["other"], "", words["written"], "")
    yield from (f"## {words['exit']}", "", words["exit_head"], "|---|---|")
    for code in EXIT_CODES:
        yield f"| {code} | {text(f'help.exit.{code}', language)} |"
    yield from ("", f"## {words['json']}", "", words["json_text"], "")
    yield from (f"## {words['alone']}", "", words["alone_text"], "")
    yield from (f"## {words['common']}", "", *_options(COMMON, language))


def _commands(language: str) -> Iterator[str]:
    for name, command in COMMANDS.items():
        yield from ("", f"## jiaozi {name}", "", text(f"help.{name}", language), "")
        yield from ("```sh", *_usages(command), "```", "")
        if command.options:
            yield from (*_options(command.options, language), "")
        example = text(f"help.{name}.example", language)
        yield from (text("help.example", language), "", "```sh", example, "```", "")
        yield f"{_WORDS[language]['answer']}: [{name}.json](json/{name}.json)"
    yield ""


def _usages(command: Command) -> Iterator[str]:
    for usage in usages(command):
        yield f"{usage} [OPTION…]"


def _options(options: tuple[Option, ...], language: str) -> Iterator[str]:
    yield from (_WORDS[language]["option_head"], "|---|---|")
    for option in options:
        shown = f"{option.flag} {option.value}" if option.value else option.flag
        told = text(f"option.{option.flag[2:]}", language)
        # a bar inside a cell would begin the next one
        yield f"| `{shown}` | {told} |".replace("XPUB|ADDRESS", "XPUB\\|ADDRESS")


def main(arguments: list[str]) -> int:
    """Write, or with --check compare; says what to do when they differ."""
    for language, name in PAGES.items():
        path, fresh = GUIDE / name, page(language)
        if path.exists() and path.read_text("utf-8") == fresh:
            continue
        if "--check" in arguments:
            print(f"docs/guide/{name} is not of today: run `python -m scripts.docs.commands`")
            return 1
        path.write_text(fresh, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
