"""A text as somebody typed it, made plain step by step, and for each of its characters the place where it was typed.

A picture has to label what somebody typed, so every character keeps its span in the typed text, also where
normalisation changed their number: text is brought to NFC grapheme cluster by grapheme cluster (UAX #29). Each step
takes time in proportion to the text, whatever is in it.
"""

import unicodedata
from collections.abc import Container, Iterator, Sequence
from itertools import chain

import regex

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"  # how an unknown token reads when it is decoded

ORTHOGRAPHIC = 32  # no script writes a cluster of more code points

Span = tuple[int, int]

_PLAIN_MARKS = str.maketrans({**dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‐‑–—−", "-"), "。": ".", "、": ","})
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")
# Of a row of flags \X counts back to its beginning at every letter, so pairs of these letters are taken by name.
CLUSTER = r"(?:\p{Regional_Indicator}{2}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*|\X)"
_CLUSTER = regex.compile(CLUSTER)
# Letters that a joiner can join: of emoji, and of the scripts that write with joiners.
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
    """A long cluster with its marks in canonical order, into which `normalize` would insert them one by one."""
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
    """`text` with the apostrophe of the keyboard in place of typographic ones, character for character."""
    return text.translate(_APOSTROPHES)


def prepared(text: str) -> tuple[str, list[Span]]:
    """`text` in NFC, `straight`, white space made plain, and for each of its code points the span in the typed text."""
    characters: list[str] = []
    spans: list[Span] = []
    for cluster, (start, end) in clusters(text):
        kept = cluster == text[start:end]
        for i, character in enumerate(cluster):
            characters.append(" " if character.isspace() else character)
            spans.append((start + i, start + i + 1) if kept else (start, end))
    return "".join(characters), spans


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in `text`: white space and invisible characters alone."""
    return _BLANK.fullmatch(text) is not None


def legible(text: str, known: Container[str]) -> tuple[str, list[Span]]:
    """`text` without what nobody sees, and for each of its code points the span in the typed text.

    White space becomes a plain space and goes from both ends. Characters that Unicode calls ignorable (zero-width
    spaces, soft hyphens, marks of direction, variation selectors) go, but for joiners between the letters of an emoji
    or of a script that writes with them. What stands in `known` stays as it is.
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
    """`text` with every character that `known` lacks in the nearest form that it has, where there is one.

    Nearest is Unicode's compatible form (２ is 2), then the other case, then the letter without its accents, a plain
    mark for a typographic one. The spans are those of the typed text; the last value has what was replaced, as typed,
    and by what.
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
    if "ㄱ" <= cluster <= "ㆎ":  # its compatible form is the initial of a syllable, which no text has alone
        return
    compatible = unicodedata.normalize("NFKC", cluster)
    decomposed = unicodedata.normalize("NFD", compatible)
    bare = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    for form in (cluster, compatible, bare, bare.translate(_PLAIN_MARKS)):
        yield from (form, form.lower(), form.upper())
