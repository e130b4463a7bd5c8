"""Every string of every screen is translated, keeps its placeholders, and can be drawn with the fonts shipped."""

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from s2s_core.checkpoint import load, names
from s2s_ui import locales
from s2s_ui.locales import LANGUAGES, SOURCE_LANGUAGE, catalogue_path, translations
from s2s_ui.locales import __main__ as extraction
from s2s_ui.locales.__main__ import ROOT, template

TRANSLATED = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]
MESSAGES = [message for message in template() if message.id]
HANGUL = re.compile("[가-힣]")


def forms(text) -> tuple[str, ...]:
    """The singular and plural forms of a message, or its one form."""
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> set[str]:
    """The names in braces: {name}, or {name:을/를} where a Korean particle follows the value."""
    return set(re.findall(r"\{(\w+)[^{}]*\}", text))


@pytest.fixture(params=TRANSLATED)
def catalogue(request):
    with catalogue_path(request.param).open("rb") as file:
        return read_po(file, locale=request.param, abort_invalid=True)


def test_messages_are_found_in_the_source():
    found = {form for message in MESSAGES for form in forms(message.id)}
    assert {"Run", "Peepholes", "Watch"} <= found


def test_the_catalogue_has_exactly_the_messages_of_the_source(catalogue):
    assert {m.id for m in catalogue if m.id} == {m.id for m in MESSAGES}, "run `make i18n`"


def test_every_message_is_translated(catalogue):
    missing = [m.id for m in catalogue if m.id and not all(forms(m.string or ""))]
    assert not missing, f"{len(missing)} messages wait for their translation in the catalogue"


@pytest.fixture
def new_language(monkeypatch, tmp_path):
    """A language that has been named and nothing else."""
    monkeypatch.setitem(LANGUAGES, "de", "Deutsch")
    monkeypatch.setattr(locales, "catalogue_path", lambda language: tmp_path / language / "seq2scope.po")
    monkeypatch.setattr(extraction, "catalogue_path", lambda language: tmp_path / language / "seq2scope.po")
    yield "de"
    translations.cache_clear()


def test_a_new_language_gets_a_catalogue_and_keeps_what_is_translated_in_it(new_language):
    made = extraction.update(new_language)
    assert {m.id for m in made if m.id} == {m.id for m in MESSAGES} and not any(m.string for m in made if m.id == "Run")
    path = locales.catalogue_path(new_language)
    path.write_text(path.read_text("utf-8").replace('msgid "Run"\nmsgstr ""', 'msgid "Run"\nmsgstr "Los"'), "utf-8")
    extraction.update(new_language)
    assert translations(new_language).gettext("Run") == "Los"
    assert translations(new_language).gettext("Peepholes") == "Peepholes"
    assert translations(new_language).ngettext("one", "many", 2) == "many"


def test_a_language_without_a_catalogue_is_english_for_now(new_language):
    assert translations(new_language).gettext("Run") == "Run"


def test_no_translation_is_fuzzy(catalogue):
    assert not [m.id for m in catalogue if m.id and m.fuzzy]


def test_translations_keep_the_placeholders(catalogue):
    for message in catalogue:
        wanted = placeholders(forms(message.id)[0])
        for form in forms(message.string):
            if message.id:
                assert placeholders(form) == wanted, message.id


def test_braces_are_balanced(catalogue):
    for message in catalogue:
        for form in forms(message.string):
            if message.id:
                assert form.count("{") == form.count("}"), message.id


@pytest.mark.parametrize("name", names())
def test_the_titles_of_the_shipped_models_are_translated(name):
    title = load(name, device="cpu").info.title
    assert HANGUL.search(translations("ko").gettext(title)), title


def covered(weight: str) -> set[int]:
    files = sorted((ROOT / "static" / "fonts").glob(f"NotoSansKR-{weight}-*.woff2"))
    return {code for file in files for code in TTFont(file).getBestCmap()}


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_fonts_have_every_letter_of_the_screens(weight, catalogue):
    texts = [form for message in catalogue for text in (message.id, message.string) for form in forms(text)]
    letters = {character for text in texts for character in text if character.isalpha()}
    known = covered(weight)
    missing = {letter for letter in letters if ord(letter) not in known}
    assert missing <= set("ŷ")  # y with a circumflex, the predicted output, is in no version of this font


def test_the_fonts_that_the_theme_names_exist_and_cover_their_ranges():
    with (ROOT / ".streamlit" / "config.toml").open("rb") as file:
        faces = tomllib.load(file)["theme"]["fontFaces"]
    named = [Path(face["url"]).name for face in faces]
    assert sorted(named) == sorted(path.name for path in (ROOT / "static" / "fonts").glob("*.woff2"))
    for face, name in zip(faces, named, strict=True):
        ranges = [
            range(int(first, 16), int(last or first, 16) + 1)
            for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face["unicodeRange"])
        ]
        codes = TTFont(ROOT / "static" / "fonts" / name).getBestCmap()
        assert all(any(code in span for span in ranges) for code in codes), name
