"""Bring the catalogues up to date with the source: `python -m s2s_ui.locales` (or `make i18n`).

New messages are added without a translation, removed ones are dropped, and the others stay the same. A new language
gets a catalogue. A test fails if a message has no translation.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po

from s2s_core.attribution import METHODS
from s2s_core.recipes import RECIPES, VARIATIONS, context_label, contexts, gist
from s2s_core.tasks import PROBLEMS, count
from s2s_ui.locales import LANGUAGES, SOURCE_LANGUAGE, catalogue_path

ROOT = Path(__file__).parents[2]
SOURCES = ("app.py", "pages", "s2s_ui")
KEYWORDS = {**DEFAULT_KEYWORDS, "_": None, "N_": None}


def template() -> Catalog:
    """Every message of the source, the core's messages about files of pairs, and the titles of models."""
    catalogue = Catalog()
    for path in (path for source in SOURCES for path in python_files(ROOT / source)):
        found = extract_from_file("python", path, keywords=KEYWORDS, comment_tags=("Translators:",))
        for _line, message, comments, _context in found:
            # only the file as location, no line number, so the catalogue changes only with messages
            catalogue.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)], auto_comments=comments)
    for recipe in (RECIPES[name]() for name in RECIPES):
        if recipe.shipped:
            catalogue.add(recipe.title, locations=[("s2s_core/recipes", 0)])
            if recipe.name not in VARIATIONS:  # the first model of its task, which has a card in the menu
                catalogue.add(gist(recipe.summary), locations=[("s2s_core/recipes", 0)])
    for context in contexts():
        catalogue.add(context_label(context), locations=[("s2s_core/attention.py", 0)])
    for method in METHODS:
        catalogue.add(METHODS.label(method), locations=[("s2s_core/attribution", 0)])
    sentences = [part for parts in PROBLEMS.values() for part in parts if part and "--" not in part]
    for sentence in [*sentences, count.COLUMNS, count.NUMBERS, count.KEPT, count.EXPECT]:
        catalogue.add(sentence, locations=[("s2s_core/tasks", 0)])
    for forms in [*count.REASONS.values(), count.JOINED, count.COMMENTS]:
        catalogue.add(forms, locations=[("s2s_core/tasks", 0)])
    for variation in VARIATIONS.values():
        catalogue.add(variation.title, locations=[("s2s_core/recipes", 0)])
    return catalogue


def python_files(source: Path) -> list[Path]:
    """A file itself, or all the Python files of a folder."""
    return sorted(source.rglob("*.py")) if source.is_dir() else [source]


def update(language: str) -> Catalog:
    """The catalogue of a language with exactly the messages of the source; a new language gets a file."""
    path, messages = catalogue_path(language), template()
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = Catalog(locale=language, project="Seq2Scope", charset="utf-8", fuzzy=False)
    catalogue.update(messages, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
    return catalogue


if __name__ == "__main__":
    for language in LANGUAGES:
        if language != SOURCE_LANGUAGE:
            missing = [message.id for message in update(language) if message.id and not message.string]
            sys.stdout.write(f"{language}: {len(missing)} to translate {missing or ''}\n")
