"""What others wrote stands on a card as they wrote it, in tables too."""

import re

import pytest

from s2s_core.recipes.markdown import Code, block, code, escaped, table

HOSTILE = [
    "a|b",
    "`",
    "``` x",
    "a\nb",
    "<b>bold</b>",
    "| --- |",
    "a`b|c`",
    "*x* _y_ [z](u) $m$ :red[r]",
    "\\|",
    "~~a~~",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", [str, Code])
def test_a_table_keeps_its_columns_whatever_stands_in_it(text, kind):
    lines = table(("name", text), [(kind(text), kind("x")), ("y", kind(text))]).split("\n")
    assert len(lines) == 4
    for line in lines:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3


@pytest.mark.parametrize("text", HOSTILE)
def test_code_and_blocks_end_where_they_should(text):
    fence = re.match("`+", code(text))[0]
    assert code(text).count(fence) == 2 and code(text).endswith(fence)
    first, *_, last = block(text).split("\n")
    assert first == last and first not in text


@pytest.mark.parametrize("mark", "\\`*_[]<>&|~$#")
def test_marks_are_escaped(mark):
    assert escaped(f"a {mark} b") == f"a \\{mark} b"
