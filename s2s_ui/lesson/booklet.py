"""The lesson as a ZIP that works offline: contents, one page per chapter with its stage, and the answers."""

from __future__ import annotations

import base64
import html
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from importlib.resources import files

from s2s_core.errors import S2SError
from s2s_ui.lesson import plain, sheet, staging
from s2s_ui.lesson.chapter import Chapter, numbered
from s2s_ui.lesson.chapters import CHAPTERS
from s2s_ui.lesson.progress import name
from s2s_ui.lesson.speech import _, speaking
from s2s_ui.lesson.staging import Asked
from s2s_ui.locales import Translate
from s2s_ui.session import caches
from s2s_ui.session.request import Runs
from s2s_ui.stage.message import message
from s2s_ui.stage.script import script, style

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title} · Seq2Scope</title>
<style>
{style}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def packed(language: str) -> bytes:
    """The ZIP in a language. A chapter whose model this server lacks is left out."""
    with speaking(language) as translate:
        runs = {number: found for number, chapter in enumerate(CHAPTERS) if (found := _runs(chapter))}
        numbers = list(runs)
        packing = io.BytesIO()
        with zipfile.ZipFile(packing, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("index.html", _contents(numbers, language))
            archive.writestr("answers.html", _answers(runs, language))
            for number in numbers:
                archive.writestr(_file(number), _chapter(number, runs[number], numbers, language, translate))
    return packing.getvalue()


def _runs(chapter: Chapter) -> Runs | None:
    try:
        return caches.runs(chapter.request)
    except S2SError:
        return None


def _file(number: int) -> str:
    return f"chapter-{number}.html"


def _title(number: int) -> str:
    return numbered(number, _(CHAPTERS[number].title))


def _page(title: str, body: str, language: str, *sheets: str) -> str:
    return _PAGE.format(language=language, title=html.escape(title), policy=POLICY, style="\n".join(sheets), body=body)


def _own_style() -> str:
    here = files(__package__).joinpath("booklet.css").read_text("utf-8")
    return here + files("s2s_ui.shell").joinpath("styles", "sheet.css").read_text("utf-8")


def _contents(numbers: Sequence[int], language: str) -> str:
    heading = _("Lesson")
    listed = "".join(f'<li><a href="{_file(number)}">{html.escape(_title(number))}</a></li>' for number in numbers)
    said = _(
        "Open a chapter. The arrow keys step, the space bar plays, the keys 1 to 3 answer, and Page Down goes on to "
        "the next chapter. Printed, a chapter is a worksheet. Nothing here needs a network."
    )
    body = (
        f'<main class="contents"><h1>Seq2Scope: {html.escape(heading)}</h1><p>{html.escape(said)}</p>'
        f"<ul>{listed}</ul></main>"
    )
    return _page(heading, body, language, _own_style())


def _answers(runs: Mapping[int, Runs], language: str) -> str:
    """The answers to all worksheets, for the teacher; no other page links to it."""
    sheets = "".join(
        sheet.answers(_title(number), [ask(found) for ask in CHAPTERS[number].asks]) for number, found in runs.items()
    )
    return _page(_("Answers"), f'<main class="contents">{sheets}</main>', language, _own_style())


def _chapter(number: int, runs: Runs, numbers: Sequence[int], language: str, translate: Translate) -> str:
    chapter, title = CHAPTERS[number], _title(number)
    asked = tuple(Asked(name(number, bool(place)), ask(runs), None) for place, ask in enumerate(chapter.asks))
    at = numbers.index(number)
    before, after = numbers[at - 1] if at else None, numbers[at + 1] if at + 1 < len(numbers) else None
    lesson = staging.setting(chapter, number, runs, asked, count=len(CHAPTERS), answered=False)
    lesson |= {"before": before is not None, "after": after is not None}
    data = message(
        runs.shown,
        labels=translate,
        beside=runs.free if chapter.beside else None,
        step=lesson["start"],
        peepholes=caches.has_peepholes(chapter.request.model),
        inspector=False,
        unit=chapter.unit(runs) if chapter.unit else None,
        lesson=lesson,
    )
    questions, try_it = [item.question for item in asked], _("Try it:")
    links = {place: None if place is None else _file(place) for place in (before, after)}
    described = {
        "data": base64.b64encode(data).decode(),
        "before": links[before],
        "after": links[after],
        "questions": _hidden(
            [
                {
                    "name": item.name,
                    "right": item.question.right,
                    "told": plain.text(item.question.explanation),
                    "answer": item.question.answers[item.question.right],
                    "places": list(item.question.stage.answers) if item.question.stage else [],
                }
                for item in asked
            ]
        ),
        "words": {"right": _("Right."), "wrong": _("Not so: {answer}.")},
    }
    program = files(__package__).joinpath("booklet.js").read_text("utf-8").replace("export function", "function")
    body = "\n".join(
        [
            _navigation(before, after),
            sheet.head(title, chapter.paragraphs, chapter.todo),
            f'<main class="chapter"><section class="reading"><h1>{html.escape(title)}</h1>',
            *(f"<p>{plain.text(_(paragraph))}</p>" for paragraph in chapter.paragraphs),
            f'<p class="todo">{html.escape(try_it)} {plain.text(_(chapter.todo))}</p>',
            *(_question(item) for item in asked),
            '</section><section class="watching" id="stage"></section></main>',
            sheet.foot(questions),
            f'<script type="module">\n{script().replace("</", "<" + chr(92) + "/")}',
            program,
            f"play(mount, {_json(described)});",
            "</script>",
        ]
    )
    return _page(title, body, language, style(), _own_style())


def _navigation(before: int | None, after: int | None) -> str:
    links = [("index.html", _("Contents"))]
    links += [(_file(before), "← " + _title(before))] if before is not None else []
    links += [(_file(after), _title(after) + " →")] if after is not None else []
    return "<nav>" + "".join(f'<a href="{url}">{html.escape(text)}</a>' for url, text in links) + "</nav>"


def _question(item: Asked) -> str:
    asked = item.question
    answers = "".join(
        f'<button type="button" data-answer="{place}">{html.escape(answer)}</button>'
        for place, answer in enumerate(asked.answers)
    )
    where = _("Click it on the stage, or choose here: ")
    hint = f"<p>{html.escape(where)}</p>" if asked.stage else ""
    return (
        f'<div class="asked" data-question="{item.name}"><p>{plain.text(asked.words)}</p>{hint}{answers}'
        '<p class="told" role="status" hidden></p></div>'
    )


def _hidden(value: object) -> str:
    """A value as JSON in base64, so that nobody reads it by chance in the file (see booklet.js)."""
    return base64.b64encode(json.dumps(value, ensure_ascii=False).encode()).decode()


def _json(value: object) -> str:
    """A value as JSON for a script element, which it must not close."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
