"""Normalise a typed text step by step, and keep for each character its position in the typed text.

Pictures label the typed text. So every character keeps its span in it, even if normalisation changes the number of
characters: each grapheme cluster (UAX #29) is converted to NFC separately. Every step takes time proportional to the
length of the text, for any text.
"""

import unicodedata
from collections.abc import Container, Iterator, Sequence
from itertools import chain

import regex

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"  # an unknown token in decoded text

ORTHOGRAPHIC = 32  # code points; no script has longer clusters

Span = tuple[int, int]

_PLAIN_MARKS = str.maketrans({**dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‐‑–—−", "-"), "。": ".", "、": ","})
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")
# In a row of flags, \X looks back to the beginning for every letter; so pairs of flag letters are matched explicitly.
CLUSTER = r"(?:\p{Regional_Indicator}{2}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*|\X)"
_CLUSTER = regex.compile(CLUSTER)
# Characters that a joiner can join: emoji, and letters of scripts that use joiners.
_JOINING = (
    r"\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}\p{Devanagari}\p{Bengali}"
    r"\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}"
)
_JOINER = rf"(?<=[{_JOINING}\uFE0F])[\u200C\u200D](?=[{_JOINING}])"
_INVISIBLE = regex.compile(rf"(?!{_JOINER})\p{{Default_Ignorable_Code_Point}}")
_BLANK = regex.compile(r"[\s\x1c-\x1f\p{Default_Ignorable_Code_Point}]*")
_PLAINER = regex.compile(rf"\r\n|(?! )[\s\x1c-\x1f]|{_INVISIBLE.pattern}")


def clusters(text: str) -> Iterator[tuple[str, Span]]:
    """Grapheme clusters of `text`, NFC and `straight`, with their spans in `text`; lone surrogates are replaced."""
    for match in _CLUSTER.finditer(text):
        cluster = "".join(REPLACEMENT if "\ud800" <= c <= "\udfff" else c for c in match[0])
        yield straight(unicodedata.normalize("NFC", _in_order(cluster))), match.span()


def _in_order(cluster: str) -> str:
    """A long cluster with its marks in canonical order. `normalize` alone would take quadratic time for this."""
    if len(cluster) <= ORTHOGRAPHIC:
        return cluster
    ordered: list[str] = []
    marks: list[str] = []
    for character in chain.from_iterable(unicodedata.normalize("NFD", character) for character in cluster):
        if unicodedata.combining(character):
            marks.append(character)
        else:
            ordered += (*sorted(marks, key=unicodedata.combining), character)
            marks.clear()
    return "".join((*ordered, *sorted(marks, key=unicodedata.combining)))


def straight(text: str) -> str:
    """`text` with typographic apostrophes replaced by the keyboard's; the length stays the same."""
    return text.translate(_APOSTROPHES)


def prepared(text: str) -> tuple[str, list[Span]]:
    """`text` in NFC, `straight`, with plain spaces, and for each of its code points the span in the typed text."""
    characters: list[str] = []
    spans: list[Span] = []
    for cluster, (start, end) in clusters(text):
        kept = cluster == text[start:end]
        for i, character in enumerate(cluster):
            characters.append(" " if character.isspace() else character)
            spans.append((start + i, start + i + 1) if kept else (start, end))
    return "".join(characters), spans


def is_blank(text: str) -> bool:
    """Whether `text` has only white space and invisible characters."""
    return _BLANK.fullmatch(text) is not None


def legible(text: str, known: Container[str]) -> tuple[str, list[Span]]:
    """`text` without invisible characters, and for each of its code points the span in the typed text.

    White space becomes a plain space, and is removed from both ends. Characters that Unicode calls ignorable
    (zero-width spaces, soft hyphens, direction marks, variation selectors) are removed, except joiners inside an emoji
    or between letters of a script that uses them. Characters in `known` are not changed.
    """
    characters: list[str] = []
    spans: list[Span] = []
    end = 0
    for match in _PLAINER.finditer(text):
        if match[0] in known:
            continue
        characters += text[end : match.start()]
        spans += ((place, place + 1) for place in range(end, match.start()))
        end = match.end()
        if match[0][0].isspace():
            characters.append(" ")
            spans.append(match.span())
    characters += text[end:]
    spans += ((place, place + 1) for place in range(end, len(text)))
    first, last = 0, len(characters)
    while first < last and characters[first].isspace():
        first += 1
    while first < last and characters[last - 1].isspace():
        last -= 1
    return "".join(characters[first:last]), spans[first:last]


def nearest(text: str, spans: Sequence[Span], known: Container[str]) -> tuple[str, list[Span], dict[str, str]]:
    """`text` with each character that is not in `known` replaced by its nearest form there, if any.

    The forms are tried in this order: Unicode's compatibility form (２ is 2), the other case, the letter without
    accents or a plain mark for a typographic one. The spans refer to the typed text. The last value maps each replaced
    character, as typed, to its replacement.
    """
    if all(character in known for character in text):
        return text, list(spans), {}
    characters: list[str] = []
    places: list[Span] = []
    replaced: dict[str, str] = {}
    for cluster, (start, end) in clusters(text):
        form = next((form for form in _forms(cluster) if form and all(c in known for c in form)), None)
        if form is None or form == cluster:
            characters += text[start:end]
            places += spans[start:end]
        else:
            characters += form
            places += [(spans[start][0], spans[end - 1][1])] * len(form)
            replaced[cluster] = form
    return "".join(characters), places, replaced


def _forms(cluster: str) -> Iterator[str]:
    if "ㄱ" <= cluster <= "ㆎ":  # its compatibility form is an initial, which never stands alone
        return
    compatible = unicodedata.normalize("NFKC", cluster)
    decomposed = unicodedata.normalize("NFD", compatible)
    bare = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    for form in (cluster, compatible, bare, bare.translate(_PLAIN_MARKS)):
        yield from (form, form.lower(), form.upper())
