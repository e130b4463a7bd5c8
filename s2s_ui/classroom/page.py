"""The pages outside Streamlit, of a few kilobytes each: the student's, and the teacher's own window."""

import html

from s2s_ui.classroom.files import DESK, DESK_SHEET, STUDENT, STUDENT_SHEET
from s2s_ui.classroom.words import WORDS
from s2s_ui.locales import LANGUAGES, SOURCE_LANGUAGE, translations

_PAGE = """<!doctype html>
<html lang="{language}" data-root="{up}" data-words="{words}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self' \
'unsafe-inline'; connect-src 'self'; font-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'self'">
<title>{title} · Seq2Scope</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{up}{sheet}">
<script type="module" src="{up}{script}"></script>
</head>
<body></body>
</html>
"""


def page(up: str, accepted: str, *, desk: bool = False) -> str:
    """The student's page, or the teacher's own window (``desk``).

    Its language is the first of the ``accepted`` ones (a browser's header) that we have. ``up`` is the relative path
    from its address to the app's.
    """
    language = preferred(accepted)
    return _PAGE.format(
        language=language,
        up=html.escape(up),
        words=WORDS[language].file,
        title=html.escape(translations(language).gettext("Class")),
        sheet=(DESK_SHEET if desk else STUDENT_SHEET).address,
        script=(DESK if desk else STUDENT).address,
    )


def preferred(accepted: str) -> str:
    """The language of a page for what a browser accepts: "ko-KR,ko;q=0.9,en;q=0.8"."""
    for entry in accepted[:200].split(","):
        language = entry.partition(";")[0].partition("-")[0].strip().lower()
        if language in LANGUAGES:
            return language
    return SOURCE_LANGUAGE
