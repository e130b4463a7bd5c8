"""The stage's files that a browser caches: its code, its style sheet, and its texts in each language."""

import json
from functools import partial
from importlib.resources import files

from s2s_ui.kept import Kept
from s2s_ui.locales import LANGUAGES, translations
from s2s_ui.stage.message import said
from s2s_ui.stage.script import script, style


def _entry() -> str:
    """served.js with the names of the files that it loads."""
    source = files(__package__).joinpath("served.js").read_text("utf-8")
    return source.replace("./js/mount.js", f"./{_CODE.file}").replace('"STYLE"', f'"./{_STYLE.file}"')


def _words(language: str) -> str:
    return json.dumps(said(translations(language).gettext), ensure_ascii=False)


_CODE, _STYLE = Kept("player.js", script), Kept("player.css", style)
ENTRY = Kept("stage.js", _entry)
"""The file that a page loads; it loads the others."""
WORDS = {language: Kept(f"words-{language}.json", partial(_words, language)) for language in LANGUAGES}
