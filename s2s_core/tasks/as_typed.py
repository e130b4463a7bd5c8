"""English and French sentences as people type them, out of such as a corpus has them.

A corpus has each sentence with its capital and its full stop, the same few names (a sixth of Tatoeba's sentences speak
of Tom), and mostly `I'm` where a class writes `I am`. What a model never saw, it cannot read: so some pairs of the
training change names and numbers on both sides, put a short form for a long one or the other way round, and leave
capitals and final marks out.
"""

import random
from collections.abc import Callable, Iterator

import regex

from s2s_core.pair import Pair

OTHER_NAMES = 0.5  # share of the pairs with a name or number in question that get another one
OTHER_FORMS = 0.3  # and of those with a short or a long form

_WRITINGS = (  # share of all pairs, whether the source is in lower case or capitals, whether the final marks go
    (0.10, str.lower, True),
    (0.06, str.lower, False),
    (0.10, None, True),
    (0.03, str.upper, False),
)

# The same name in both languages, which another one fits as well
_NAMES = regex.compile(r"\b(?:Tom|Mary|John|Bob|Ken|Bill|Boston|Tokyo)\b")
_NUMBER = regex.compile(r"(?<![\d.,:])\d{2,4}(?![\d.,:]*\d)")
_FINAL = regex.compile(r"\s*([.?!])$")

_NO_QUESTION = r"(?! (?:i|you|he|she|it|we|they|there|this|that|tom|mary|my|your|the|any\w+|every\w+|some\w+)\b)"
_LONG = (  # a pattern of a short form, and its long form
    (r"\b(I)'m\b", r"\1 am"),
    (r"\b(you|we|they)'re\b", r"\1 are"),
    (r"\b(I|you|he|she|it|we|they)'ll\b", r"\1 will"),
    (r"\b(I|you|we|they)'ve\b", r"\1 have"),
    (rf"(?<!^)\b(ca)n't\b{_NO_QUESTION}", r"\1nnot"),
    (rf"(?<!^)\b(w)on't\b{_NO_QUESTION}", r"\1ill not"),
    (rf"\b(do)n't\b{_NO_QUESTION}", r"\1 not"),
    (rf"(?<!^)\b(does|did|is|are|was|were|has|have|had|could|should|would)n't\b{_NO_QUESTION}", r"\1 not"),
)
_SHORT = (  # a pattern of a long form that another word follows, and its short form
    (r"\b(I) am (?=\w)", r"\1'm "),
    (r"^(you|we|they) are (?=\w)", r"\1're "),
    (r"^(I|you|he|she|it|we|they) will (?=\w)", r"\1'll "),
    (r"\b(ca)nnot\b", r"\1n't"),
    (r"\b(do|does|did|is|are|was|were|could|should|would) not\b", r"\1n't"),
)
_FORMS = tuple(
    tuple((regex.compile(pattern, regex.IGNORECASE), form) for pattern, form in forms) for forms in (_LONG, _SHORT)
)

_ONSETS = (*"bcdfgjklmnprstvz", "br", "ch", "dr", "fl", "gr", "kr", "pl", "sh", "st", "th", "tr")
_VOWELS = (*"aeiou", "ai", "ee", "oo", "ou", "ie")
_CODAS = ("", "", "", *"klmnrst", "ng", "nd")


def as_typed(pair: Pair, draw: random.Random) -> Pair:
    """The pair as somebody else might type it; by chance most stay as they are."""
    source, target = pair.source, pair.target
    if draw.random() < OTHER_NAMES:
        source, target = _with_others(source, target, _NAMES, lambda _: _name(draw))
    if draw.random() < OTHER_NAMES:
        source, target = _with_others(source, target, _NUMBER, lambda digits: _number(digits, draw))
    if draw.random() < OTHER_FORMS:
        source = in_other_form(source)
    chance = draw.random()
    for share, case, bare in _WRITINGS:
        if chance < share:
            if bare:
                source, target = without_final_mark(source, target)
            return Pair(case(source) if case else source, target)
        chance -= share
    return Pair(source, target)


def without_final_mark(source: str, target: str) -> tuple[str, str]:
    """Both without the mark that both end with; unchanged where it is not the same."""
    marks = [_FINAL.search(text) for text in (source, target)]
    if None in marks or marks[0][1] != marks[1][1]:
        return source, target
    return _FINAL.sub("", source), _FINAL.sub("", target)


def _with_others(source: str, target: str, pattern: regex.Pattern[str], other: Callable[[str], str]) -> tuple[str, str]:
    """Each text that the pattern finds as often on both sides is replaced on both."""
    found = sorted(pattern.findall(source))
    if not found or found != sorted(pattern.findall(target)):
        return source, target
    others = {text: other(text) for text in found}
    return tuple(pattern.sub(lambda match: others[match[0]], text) for text in (source, target))


def in_other_form(text: str) -> str:
    """Its short forms in full, or where it has none, the long ones in short; the text itself where it has neither."""
    for forms in _FORMS:
        changed = text
        for pattern, form in forms:
            changed = pattern.sub(form, changed)
        if changed != text:
            return changed
    return text


def _name(draw: random.Random) -> str:
    return "".join(_syllables(draw)).capitalize()


def _syllables(draw: random.Random) -> Iterator[str]:
    """One to three; the first begins with a consonant, so that French has nothing to elide before it."""
    for _ in range(draw.choice((1, 2, 2, 2, 3))):
        yield draw.choice(_ONSETS) + draw.choice(_VOWELS) + draw.choice(_CODAS)


def _number(digits: str, draw: random.Random) -> str:
    """As many digits; four of them are a year."""
    if len(digits) == 4:
        return str(draw.randint(1000, 2099))
    return str(draw.randint(10 ** (len(digits) - 1), 10 ** len(digits) - 1))
