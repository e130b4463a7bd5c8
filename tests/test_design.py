"""The palette and the letters of the quantities stand in several files that cannot read each other: they agree."""

import ast
import re
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from s2s_ui import kept
from s2s_ui.charts.quantities import LETTERS, NUMBERS
from s2s_ui.charts.theme import DARK, LIGHT

ROOT = Path(__file__).parents[1]
JS = ROOT / "s2s_ui" / "stage" / "js"
THEMES = {"light": LIGHT, "dark": DARK}


def block(source: str, opening: str, closing: str) -> str:
    """What stands between two marks of a source."""
    return source.partition(opening)[2].partition(closing)[0]


def snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", name)


@pytest.mark.parametrize("theme", THEMES)
def test_the_stage_has_the_colours_of_the_charts(theme):
    source = block((JS / "draw" / "colour.js").read_text("utf-8"), f"  {theme}: {{", "\n  },")
    there = {snake(name): ast.literal_eval(value) for name, value in re.findall(r'(\w+): ("[^"]*"|\[[^\]]*\])', source)}
    here = {name.removesuffix("_ends"): value for name, value in asdict(THEMES[theme]).items()}
    assert {name: tuple(v) if isinstance(v, list) else v for name, v in there.items()} == here


def test_the_style_sheets_have_the_colours_of_the_charts():
    source = kept.colours()
    there = {
        name.replace("-", "_"): (long(light), long(dark))
        for name, light, dark in re.findall(r"--s2s-([\w-]+): light-dark\((#\w+), (#\w+)\)", source)
    }
    assert {"bg", "ink", "line", "warn", "warn_tint"} <= there.keys()
    assert there == {name: (getattr(LIGHT, name), getattr(DARK, name)) for name in there}


def long(colour: str) -> str:
    """#FFFFFF of #fff."""
    digits = colour[1:]
    return f"#{digits if len(digits) == 6 else ''.join(2 * digit for digit in digits)}".upper()


TOKENS = {
    "primaryColor": "ink",
    "backgroundColor": "bg",
    "secondaryBackgroundColor": "panel",
    "textColor": "ink",
    "borderColor": "line",
    "linkColor": "ink",
    "redColor": "warn",
    "redBackgroundColor": "warn_tint",
    "redTextColor": "warn",
    "grayTextColor": "ink2",
}


@pytest.mark.parametrize("theme", THEMES)
def test_streamlits_own_parts_have_the_colours_of_the_charts(theme):
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][theme]
    colours = {name: colour for name, colour in config.items() if name.endswith("Color")}
    assert colours == {name: getattr(THEMES[theme], TOKENS[name]) for name in colours} and len(colours) == len(TOKENS)


@pytest.mark.parametrize("kind", LETTERS)
def test_the_stage_has_the_letters_and_numbers_of_the_charts(kind):
    source = block((JS / "data" / "symbols.js").read_text("utf-8"), f"const {kind.upper()} = {{", "\n};")
    there = re.findall(r'(\w+): \{ letter: "(.+?)", number: "(.*?)" \}', source)
    assert {name: letter for name, letter, _ in there} == LETTERS[kind]
    if kind == "lstm":
        assert {name: number for name, _, number in there} == {name: f"({n})" for name, n in NUMBERS.items()}
