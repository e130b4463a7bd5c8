"""The answers and hand-ins of a class as a table for a spreadsheet."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import urlencode

from s2s_ui.classroom.state import Answer, Handed, Seat

ANSWERED = ("number of the question", "question", "answer", "seconds since 1970")
HANDED_IN = ("sentence", "model", "p of the answer", "link", "taken off the wall")
HAND_IN = "hand in"  # in place of a question
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""The first characters of formulas; spreadsheets in East Asian languages also accept the full-width signs."""
_CELLS = re.compile(r'([;"\s]*;[;"\s]*)')


def written(
    seats: Sequence[Seat], answers: Sequence[Answer], handed: Sequence[Handed] = (), *, names: bool = False
) -> str:
    """A CSV with a byte order mark for spreadsheets: one row per student and question, then one per hand-in with the
    model's output.

    A student is a number; with ``names``, the name is in the next column if the student gave one.
    """
    known = {seat.student: seat for seat in seats}

    def who(student: str) -> list[object]:
        seat = known.get(student, Seat(student, 0))
        return [seat.number, _harmless(seat.name)] if names else [seat.number]

    file = io.StringIO()
    table = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)  # works also if a spreadsheet expects another separator
    table.writerow(["student", *(["name"] if names else []), *ANSWERED, *HANDED_IN])
    order: dict[str, int] = {}
    for answer in answers:
        place = order.setdefault(answer.question, len(order) + 1)
        said = [place, _harmless(answer.asked), _harmless(answer.text), round(answer.at, 3)]
        table.writerow([*who(answer.student), *said, *("" for _ in HANDED_IN)])
    for entry in handed:
        said = ["", HAND_IN, _harmless(entry.answer), round(entry.at, 3)]
        link = "?" + urlencode(dict(entry.link))
        about = [_harmless(entry.text), _harmless(entry.link.get("model", "")), entry.p, link, int(entry.off)]
        table.writerow([*who(entry.student), *said, *about])
    return "\ufeff" + file.getvalue()


def _harmless(text: str) -> str:
    """A text that no spreadsheet reads as a formula, also if it splits cells at semicolons."""
    cells = _CELLS.split(text)
    return "".join(f"'{cell}" if unicodedata.normalize("NFKC", cell[:1]) in FORMULAS else cell for cell in cells)
