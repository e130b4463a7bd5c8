"""Find the source and target columns of a table: by name, by number, by usual words in the header, or by content."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale

from s2s_core.described import described
from s2s_core.tasks.problems import FileProblem
from s2s_core.tasks.rows import Rows

Names = tuple[str, str]  # the source's and the target's column: names in the header, or numbers from 1
Places = tuple[int, int]  # the indices of these columns, from 0

HEADERS = (  # words for the source, words for the target
    ({"source", "src"}, {"target", "tgt", "trg"}),
    ({"input"}, {"output"}),
    ({"question", "query", "prompt"}, {"answer", "response", "completion", "reply"}),
    ({"text", "sentence", "original"}, {"translation", "label"}),
    ({"front", "term", "word", "expression"}, {"back", "definition", "meaning"}),
    ({"phrase", "frase", "satz", "texte", "texto"}, {"traduction", "traducción", "übersetzung", "traduzione"}),
    ({"source", "quelle", "origen", "entrée", "eingabe"}, {"cible", "ziel", "destino", "sortie", "ausgabe"}),
    ({"원문", "소스", "출발어", "문장"}, {"번역", "번역문", "타겟", "도착어"}),
    ({"입력"}, {"출력"}),
    ({"앞면", "단어"}, {"뒷면", "뜻", "의미"}),
    ({"질문", "문제"}, {"답", "답변", "정답", "대답"}),
)
_OF_A_LANGUAGE = re.compile(r"\b(?:sentences?|texts?|words?|phrases?|phrase|texte|mots?|satz|wort)\b|문장|단어|원문")
_LANGUAGES = "ar cs da de el en es fa fi fr he hi hu id it ja ko la nl no pl pt ro ru sv th tr uk vi zh".split()  # noqa: SIM905
_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z]{2,4})?")
_LONG_CODES = re.compile(
    "ara|ces|cmn|dan|deu|ell|eng|fas|fin|fra|heb|hin|hun|ind|ita|jpn|kor|nld|pol|por|rus|spa|swe|tur"
)
_NUMBER = re.compile(r"\d+")
_LABEL = re.compile(r"[#(]?-?\d+(?:[.,]\d+)*[.):]?|(?=.*\d)[0-9A-Fa-f-]{8,}")  # a number, a share, an item, a hash
_SHARE = re.compile(r"[01]?[.,]\d+")
_SAMPLE = 2000  # rows that are used to judge a column


@dataclass(frozen=True, slots=True)
class Chosen:
    """The source and target columns."""

    places: Places
    header: bool  # whether the first row has the columns' names
    numbers: tuple[int, ...] = ()  # columns that were skipped because they hold row numbers

    __repr__ = described


def choose(table: Rows, columns: Names | None, places: Places, file: str) -> Chosen:
    """Find source and target in a table. Its first row may be a header.

    Given columns are found by number or in the first row. Otherwise a header with usual words (in either order)
    decides. Otherwise they are at ``places`` among the columns of text. If two or more columns have text, columns with
    ids or shares, and columns with only one value, do not count.

    Raises:
        FileProblem: if a given column does not exist, or both are the same.
    """
    rows = table.cells
    if columns is not None:
        found = [_found(rows[0], name, file) for name in columns]
        if found[0] == found[1]:
            raise FileProblem("same column", {"file": file, "name": columns[1]})
        by_name = any(name in rows[0] and not _is_number(name, rows[0]) for name in columns)
        return Chosen((found[0], found[1]), table.header or by_name or _header(rows) is not None)
    header = _header(rows) or (_Header(None) if table.header else None)
    if header is not None and header.places is not None:
        return Chosen(header.places, header=True)
    body = rows[1 if header else 0 :][:_SAMPLE]
    width = len(rows[0])
    numbers = _ids(body)
    others = {place for place in range(width) if width > 2 and (place in table.aside or _constant(body, place))}
    texts = [place for place in range(width) if place not in numbers and place not in others]
    if len(texts) < 2 or not {0, 1} & {*numbers, *others}:
        return Chosen(places, header=header is not None)
    return Chosen((texts[places[0]], texts[places[1]]), header is not None, tuple(numbers))


@dataclass(frozen=True, slots=True)
class _Header:
    places: Places | None  # source and target according to the header; None if it does not say


def _header(rows: Sequence[Sequence[str]]) -> _Header | None:
    """The first row as a header; None if it is not one."""
    first = [cell.casefold().lstrip("#").strip() for cell in rows[0]]
    for sources, targets in HEADERS:
        source = [place for place, cell in enumerate(first) if cell in sources]
        target = [place for place, cell in enumerate(first) if cell in targets]
        if source and target:
            return _Header((source[0], target[0]))
    body = rows[1:_SAMPLE]
    names = [place for place, cell in enumerate(first) if _OF_A_LANGUAGE.sub("", cell).strip(" :-_()") in _languages()]
    codes = [
        place
        for place, cell in enumerate(first)
        if (code := _CODE.fullmatch(cell))
        and (code[1] in _LANGUAGES or _LONG_CODES.fullmatch(code[1]))
        and _longer(body, place)
    ]
    for found in (names, codes):
        if len(found) >= 2:
            return _Header((found[0], found[1]))
    over_numbers = any(
        (not cell or any(map(str.isalpha, cell))) and _all(_NUMBER, body, place) for place, cell in enumerate(first)
    )
    return _Header(None) if over_numbers else None


@cache
def _languages() -> frozenset[str]:
    """The names of languages, in several languages."""
    return frozenset(
        name.casefold()
        for speaker in _LANGUAGES
        for code in (_LANGUAGES if speaker in ("en", "ko", "de", "fr", "es", "ja") else [speaker])
        if (name := Locale.parse(speaker).languages.get(code))
    )


def _found(header: Sequence[str], name: str, file: str) -> int:
    if _is_number(name, header):
        return int(name) - 1
    if name in header:
        return header.index(name)
    if _NUMBER.fullmatch(name):
        raise FileProblem("no column number", {"file": file, "number": name[:20], "count": len(header)})
    raise FileProblem("no column", {"file": file, "name": name, "columns": ", ".join(header)})


def _is_number(name: str, header: Sequence[str]) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,4}", name)) and 1 <= int(name) <= len(header)


def _ids(body: Sequence[Sequence[str]]) -> list[int]:
    """Columns of labels: ids that belong one to one to the texts of another column, and shares from 0 to 1."""
    width = len(body[0]) if body else 0
    if width < 3:
        return []
    labels = [place for place in range(width) if _all(_LABEL, body, place)]
    texts = [place for place in range(width) if place not in labels]
    return [
        place
        for place in labels
        if any(_names(body, place, text) for text in texts) or (len(texts) > 1 and _all(_SHARE, body, place))
    ]


def _names(body: Sequence[Sequence[str]], number: int, text: int) -> bool:
    """Whether numbers and texts belong together one to one in nearly all rows."""
    pairs = {(row[number], row[text]) for row in body}
    return len({one for one, _ in pairs}) > 0.9 * len(pairs) and len({other for _, other in pairs}) > 0.5 * len(pairs)


def _all(kind: re.Pattern[str], body: Sequence[Sequence[str]], place: int) -> bool:
    return len(body) > 1 and all(kind.fullmatch(row[place]) for row in body)


def _constant(body: Sequence[Sequence[str]], place: int) -> bool:
    """Whether a column has the same value in all rows, such as the name of a language."""
    return len(body) > 1 and len({row[place] for row in body}) == 1


def _longer(body: Sequence[Sequence[str]], place: int) -> bool:
    """Whether most texts of a column are longer than the code of a language."""
    return sum(len(row[place]) > 4 for row in body) > 0.5 * len(body)
