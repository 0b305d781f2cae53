"""Tests of the transcripts in the READMEs: they are whole, and show no recovery phrase."""

from __future__ import annotations

import pytest

from scripts.docs.transcript import READMES, ROOT, WORDS, placed, shortened

PHRASES = 2
RUN = """setup: everything is in place (0.0 s)
Jiaozi: bank money
        1 inch        2 height      3 debate      4 horror
        5 myth        6 guess       7 buddy       8 razor

     Write it down
"""


def test_the_words_of_a_phrase_are_left_out() -> None:
    story = shortened(RUN)
    assert story.startswith("Jiaozi: bank money\n       …\n\n     Write it down")
    assert "razor" not in story
    assert "setup" not in story


def test_a_story_replaces_the_one_before() -> None:
    readme = "a\n<!-- transcript -->\nold\n<!-- end -->\nb\n"
    once = placed(readme, "new\n")
    assert once == "a\n<!-- transcript -->\n```\nnew\n```\n<!-- end -->\nb\n"
    assert placed(once, "new\n") == once


@pytest.mark.parametrize(
    ("readme", "last"), zip(READMES, ("The two sides are equal", "两边相等"), strict=True)
)
def test_the_readme_tells_the_whole_story(readme: str, last: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    story = text.partition("<!-- transcript -->")[2].partition("<!-- end -->")[0]
    assert last in story
    assert story.count("…\n") >= PHRASES
    assert not WORDS.search(story)
