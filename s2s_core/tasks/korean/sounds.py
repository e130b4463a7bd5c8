"""The pronunciation of Korean: the rules of the package ko-pron, with corrections to follow the standard (표준 발음법).

ko-pron sees letters, not words, and some of its rules apply too often. If it would be wrong, the word gets another
spelling, syllable by syllable, before ko-pron reads it; then its other rules are applied: 닭과 is read as 닥과 and
becomes 닥꽈.

A space is a pause: each word is pronounced separately. The standard also allows speakers to join words without a pause
(옷 한 벌 as 오탄벌, 할 것을 as 할꺼슬: §12, §18, §27, §29); this is not done here.

Not covered, because the spelling does not show it: tensing that depends on a word's origin or structure (갈등, 문법,
눈동자: §26, §28), and the parts of compounds that `compounds` does not list.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable

from s2s_core.extras import needing
from s2s_core.tasks.korean.compounds import APART, BOTH

MANY = 256  # the most pronunciations of a text that are listed
MARKS = tuple(".,?!")  # they may follow a word and are not changed

_TENSE = {"ᄀ": "ᄁ", "ᄃ": "ᄄ", "ᄉ": "ᄊ", "ᄌ": "ᄍ"}
_CONSONANT = "(?=[ᄀ-ᄊᄌ-ᄒ])"  # any initial except the silent ㅇ
_OPEN = "(?![ᆨ-ᇂ])"  # no final
_FORM = f"(?=[ᆫᆯᆷᆸ]|{_OPEN})"  # 이, 인, 일, 임, 입: of 이다, or of a suffix
# Stems in ㄴ and ㅁ, and the endings that are tense after them
_STEM = (
    "신|갈아신|안|껴안|끌어안|얼싸안|부둥켜안|감|휘감|되감|넘|뛰어넘|담|주워담|심|남|살아남|숨|참|검|품|뿜|머금|더듬|다듬|"
    "쓰다듬|가다듬|보듬|삼"
)
_TENSING_ENDINGS = """
다 다가 다니 고 고요 고자 고서 지 지만 지요 지도 지는 더니 더라 던 도록 든지 거나 거든 게 습니다 습니까 겠다 겠어요
겠습니다 겠지만
"""
TENSING_ENDINGS = tuple(_TENSING_ENDINGS.split())
"""The endings that are tense after verbs in ㄴ and ㅁ. Other endings make other words (감기, 남자)."""

_PLAIN_TOO = "신고 신고서 참고 참고서 안다 안다고 안다니 감지 심지 심지는 검지 검지는 담지 숨지 남고 남지 참게"
PLAIN_TOO = frozenset(_PLAIN_TOO.split())
"""Spellings that can also be other words without tensing: a report, a handbook, he knows, a wick, a crab."""

_Replacement = str | Callable[[re.Match[str]], str]


def _tensed(match: re.Match[str]) -> str:
    return match[1] + _TENSE[match[2]]


# Patterns over conjoining jamo, tried in this order. A syllable without a final also matches syllables with a final
_CORRECTIONS: tuple[tuple[str, _Replacement], ...] = (
    # §16: the names of letters, 디귿이 as 디그시; ko-pron moves the written letter
    ("(디그|지으|치으|티으|히으)[ᆮᆽᆾᇀᇂ](?=ᄋ)", r"\1ᆺ"),
    ("(키으)ᆿ(?=ᄋ)", r"\1ᆨ"),
    ("(피으)ᇁ(?=ᄋ)", r"\1ᆸ"),
    # §10: ㅂ only in 넓죽하다, 넓적하다 and 넓둥글다; ko-pron also has it in 넓지, 넓습니다 and 넓던
    ("(너)ᆲ(?!죽|적|둥)([ᄃᄉᄌ])", lambda match: f"{match[1]}ᆯ{_TENSE[match[2]]}"),
    # §10, §13: ㅂ of 밟- only before consonants; ko-pron also has it in 밟아 and 밟히다
    ("밟ᄋ", "발ᄇ"),
    ("밟ᄒ", "발ᄑ"),
    # §11: ㄺ is ㄹ before ㄱ in verbs (맑게); ko-pron also does this in nouns (닭과)
    (f"(다|타|흐|치|사|스)ᆰ{_CONSONANT}", r"\1ᆨ"),
    # §10: ㄽ is only in nouns (외곬), and is ㄹ before ㅎ; ko-pron makes it ㅆ
    ("ᆳ(?=ᄒ)", "ᆯ"),
    # §25: tense after stems in ㄼ; ko-pron also does this after the noun 여덟
    (f"(여더)ᆲ{_CONSONANT}", r"\1ᆯ"),
    # §24: tense after stems in ㄻ (닮고); ko-pron does this only before ㄷ. Not the -기- of 굶기다, nor the noun 삶
    ("((?:다|저)ᆱ)([ᄀᄃᄉᄌ])", _tensed),
    ("((?:구|오|고)ᆱ)(?!기|겨|주)([ᄀᄃᄉᄌ])", _tensed),
    ("(삶)(?!기|겨|과|도(?!록)|조)([ᄀᄃᄉᄌ])", _tensed),
    ("(사|아)ᆱ(?=도(?!록)|하)", r"\1ᆷ"),
    # §17: also before 이다 and in forms (끝입니다, 붙인, 붙여, 묻혀); ko-pron does this only before a bare 이, and
    # loses the ㄹ of 핥이다
    (f"ᆮ이{_FORM}", "지"),
    (f"ᇀ이{_FORM}", "치"),
    (f"ᆴ이{_FORM}", "ᆯ치"),
    (f"ᆮ히{_FORM}", "치"),
    (f"ᇀ여(?=ᆻ|{_OPEN})", "처"),
    (f"ᆴ여(?=ᆻ|{_OPEN})", "ᆯ처"),
    (f"ᆮ혀(?=ᆻ|{_OPEN})", "처"),
    # §12: ㅈ and ㅊ are ㄷ before ㅎ (꽃하고 as 꼬타고), except before the suffix -히-; ko-pron makes it 꼬차고
    ("[ᆽᆾ](?=ᄒ[^ᅵᅧ])", "ᆮ"),
    # §27: tense in endings that begin with -(으)ㄹ, unless a stem in ㄹ has the same spelling (길게, 살지)
    ("ᆯ수록", "ᆯ쑤록"),
    (f"([ᄀ-ᇂ]을|할|될|볼|올|줄|갈|릴|실|킬)([ᄀ])(?=(?:ᅦ|ᅥᆯ)(?:요{_OPEN})?$)", _tensed),
    (f"([ᄀ-ᇂ]을|할|될|볼|올)([ᄌ])(?=ᅵ{_OPEN}(?:라도|언정|도|는|를|요)?$)", _tensed),
)
_PATTERNS = [
    (re.compile(unicodedata.normalize("NFD", pattern)), said if callable(said) else unicodedata.normalize("NFD", said))
    for pattern, said in _CORRECTIONS
]
# §24: tense after stems in ㄴ and ㅁ (신고, 더듬지); ko-pron never does this
_ENDING = "|".join(TENSING_ENDINGS)
_VERB = re.compile(unicodedata.normalize("NFD", f"^({_STEM})(?=(?:{_ENDING})$)([ᄀᄃᄉᄌ])"))
_APART = re.compile(f"^(?:{'|'.join(sorted(APART, key=len, reverse=True))})")


@functools.lru_cache(maxsize=200_000)
def spoken(text: str) -> tuple[str, ...]:
    """The pronunciations of a text by the rules of standard Korean, the one most similar to its spelling first.

    There are at most `MANY`; `is_said` accepts all of them, without this limit.

    Raises:
        MissingPackage: where the package `ko-pron` is not installed.
    """
    _require_rules()
    ways = itertools.product(*map(_word_spoken, text.split()))
    return tuple(" ".join(words) for words in itertools.islice(ways, MANY))


def is_said(text: str, answer: str) -> bool:
    """Whether an answer is one of the pronunciations of a text.

    Raises:
        MissingPackage: where the package `ko-pron` is not installed.
    """
    _require_rules()
    words, said = text.split(), answer.split(" ")
    return len(words) == len(said) and all(way in _word_spoken(word) for word, way in zip(words, said, strict=True))


def _require_rules() -> None:
    with needing("ko-pron", "tasks"):
        import ko_pron  # noqa: F401


@functools.lru_cache(maxsize=200_000)
def _word_spoken(word: str) -> tuple[str, ...]:
    """The pronunciations of one word, the one most similar to its spelling first."""
    if word[-1:] in MARKS:
        return tuple(way + word[-1] for way in _word_spoken(word[:-1]))
    ways = [way for spelling in _spellings(word) for way in _ko_pron(spelling)]
    ways += [other for way in ways for other in _with_lax_ui(word, way)]
    by_likeness = sorted(ways, key=lambda way: sum(a != b for a, b in zip(way, word, strict=False)))
    return tuple(dict.fromkeys(by_likeness))


def _spellings(word: str) -> list[str]:
    """The spellings of a word for ko-pron: one, or two if two pronunciations are right."""
    verb = _composed(_VERB.sub(_tensed, _jamo(word)))
    spellings = [word, verb] if word in PLAIN_TOO else [verb]
    spellings += [word.replace(written, other) for written, other in BOTH.items() if written in word]
    return list(map(_corrected, spellings))


def _corrected(word: str) -> str:
    jamo = _jamo(_APART.sub(lambda match: APART[match[0]], word))
    for pattern, said in _PATTERNS:
        jamo = pattern.sub(said, jamo)
    return _composed(jamo)


def _jamo(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _composed(jamo: str) -> str:
    return unicodedata.normalize("NFC", jamo)


def _ko_pron(word: str) -> list[str]:
    from ko_pron import romanise

    # §5: 져, 쪄 and 쳐 are pronounced 저, 쩌 and 처, also if they arise from other rules (잊혀); ko-pron keeps them
    ways = (re.sub("(?<=[ᄌᄍᄎ])ᅧ", "ᅥ", _jamo(way)) for way in romanise(word, "ph").split("/"))
    return [_composed(" ".join(way.split())) for way in ways]


def _with_lax_ui(word: str, way: str) -> list[str]:
    """§5: a 의 that is not a word's first syllable may be 이; at the end of a word it may be a particle and then 에."""
    places = [place for place in range(1, len(word)) if word[place] == "의"] if len(way) == len(word) else []
    ways = [way]
    for place in places:
        jamo = _jamo(way[place])
        lax = "ᅵᅦ" if place == len(word) - 1 else "ᅵ"
        ways += [one[:place] + _composed(jamo.replace("ᅴ", vowel)) + one[place + 1 :] for one in ways for vowel in lax]
    return ways[1:]
