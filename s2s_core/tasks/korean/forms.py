"""Forms that people use: stems with endings and nouns with particles, each with the rule that it shows and its split.

Stem and ending together decide whether a form is held out: 앉고 may be held out while 앉지 and 얹고 are trained on. For
some stems and nouns, every form is held out.
"""

import dataclasses
import functools
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from s2s_core.described import described
from s2s_core.tasks.base import Split, split_of
from s2s_core.tasks.korean import words
from s2s_core.tasks.korean.compounds import APART
from s2s_core.tasks.korean.sounds import PLAIN_TOO, TENSING_ENDINGS
from s2s_core.threads import passing

# Endings, by the stems that take them; 아 becomes 어 after other vowels
_ANY = """
다 고 지 게 던 더니 더라 도록 거나 거든 기 기는 기도 기만 기에 지만 지요 지도 지는 고서 겠다 겠습니다 겠어요 든지
다가 다니 네 니 소 습니다 습니까 습니다만
"""
_OF_VERBS = "는 는다 는데 는지 는구나 느라 느냐 나 자 자마자 고자"
_OF_ADJECTIVES = "구나 군요 다고 네요"
_OF_BEING = "는 는데 는지"
_NOT_AFTER_R = "니네는느나소습"
_VOWEL = """
아 아서 아요 았다 았습니다 았어요 았던 아도 아야 은 을 으면 으니 으니까 으며 음 을수록 을까 을지 았지만 았고 았는데
은데 으므로
"""
_VOWEL_OF_VERBS = "아라 으려고 으러 을게 을걸 읍시다 으세요"
_AFTER_VOWELS = "다 고 지 게 면 니까 며 던 도록 지만 네"
_AFTER_VOWELS_OF_VERBS = "는 려고 는데 자"
_JOINED = {"ᆯ": "ㄹ", "ᆷ": "ㅁ", "ᆸ": "ㅂ니다"}
_JOINED_OF_VERBS, _JOINED_OF_ADJECTIVES = {"ᆫ": "ㄴ다"}, {"ᆫ": "ㄴ"}
_PROMISING = "할볼올줄갈릴실킬"  # before 게 and 걸 these are never stems in ㄹ
_CONTRACTED = ("", "서", "요", "도", "야")
_PAST = "다 습니다 어요 던 고 지만 는데"
PARTICLES = """
이 은 을 에 에서 과 도 만 까지 부터 처럼 보다 조차 마저 하고 이나 이라도 이다 입니다 의 밖에 만큼 마다 이며 이고 인데
이라고 뿐
"""
_AFTER_VOWEL_NOUNS = "가 는 를 에 에서 와 도 만 까지 처럼 하고 의 부터 보다"
_KINDS_OF_PARTICLES = {"": "bare", "을": "object", "를": "object", "이다": "verb", "입니다": "verb"}

RULES = {
    "vowel": "two finals before a vowel (읽어, 값을)",
    "plain": "two finals before ㄱ ㄷ ㅂ ㅅ ㅈ (읽지, 넓고)",
    "nasal": "two finals before ㄴ ㅁ (밟는, 값만)",
    "h after two": "two finals before ㅎ (앉히다, 닭하고)",
    "h": "ㅎ before a sound (놓고, 쌓는, 좋은)",
    "h after": "ㅎ after a final (입학, 꽃하고)",
    "palatal": "palatalisation (굳이, 붙여, 끝입니다)",
    "nasalised": "nasalisation (먹는, 앞문)",
    "liquid": "liquids (신라, 칼날, 독립)",
    "tense": "tensing (국밥, 신고, 먹을수록)",
    "neutral": "finals said ㄱ ㄷ ㅂ (부엌과, 꽃도, 옆집)",
    "moved": "one final before a vowel (부엌에, 꽃을)",
    "apart": "parts said apart (꽃잎, 겉옷; listed words)",
    "space": "a final before a space (옷 한 벌, 값 없는)",
    "sentence": "sentences of 6 to 30 syllables",
}
"""The rules by which forms are grouped: a short name, and its text in a table."""

# Words that cannot be derived from others: some forms of each are trained on
_ONE_OF_A_KIND = """
밟 짓밟 넓 드넓 닭 흙 칡 까닭 기슭 삵 수탉 삶 앎 여덟 디귿 지읒 치읓 키읔 티읕 피읖 히읗 없 많 않 있 읊
"""
_LEARNT = {*_ONE_OF_A_KIND.split(), *APART}
_NO_NOUNS = {
    *words.VERBS.split(),
    *words.ADJECTIVES.split(),
    *words.VOWEL_STEMS.split(),
    "넋없",
    "못알아",
    "못오",
    "곧이어",
}
_ADVERBS = {"굳이", "곧이", "같이", "샅샅이", "낱낱이"}
_STEMS_LIKE_HOMONYMS = {"굶", "옮", "곪", "삶"}  # with -기- they would be other verbs


@dataclass(frozen=True, slots=True)
class Form:
    """A word with its ending or particle."""

    text: str
    rule: str  # of RULES; "" if it shows none
    split: Split
    kind: str  # its role in a sentence: noun, bare (without a particle), object, verb, joining, before a noun, other

    __repr__ = described


@functools.cache
def forms() -> tuple[Form, ...]:
    """Every form once. If a text is held out for one stem and ending, it is held out for all."""
    made = [form for form in passing(_all()) if form.text not in PLAIN_TOO]
    held: dict[str, Split] = {form.text: "dev" for form in made if form.split == "dev"}
    held |= {form.text: "test" for form in made if form.split == "test"}
    unique = {form.text: form for form in reversed(made)}
    return tuple(dataclasses.replace(form, split=held.get(text, form.split)) for text, form in sorted(unique.items()))


def _all() -> Iterator[Form]:
    for stem in words.VERBS.split():
        yield from _conjugated(stem, f"{_ANY} {_OF_VERBS}", f"{_VOWEL} {_VOWEL_OF_VERBS}")
    for stem in words.ADJECTIVES.split():
        more = f"{_OF_ADJECTIVES} {_OF_BEING}" if stem[-1] in "있없" else _OF_ADJECTIVES
        vowel = _VOWEL.replace(" 은 ", " ").replace("은데 ", "") if stem[-1] in "있없" else _VOWEL
        yield from _conjugated(stem, f"{_ANY} {more}", vowel)
    for stem in words.FEW_FORMS_VERBS.split():
        yield from _conjugated(stem, f"{_ANY} {_OF_VERBS}", "")
    for stem in words.FEW_FORMS_ADJECTIVES.split():
        yield from _conjugated(stem, f"{_ANY} {_OF_ADJECTIVES}", "")
    for stem in words.VOWEL_STEMS.split():
        yield from _after_vowel(stem, f"{_AFTER_VOWELS} {_AFTER_VOWELS_OF_VERBS}", _JOINED | _JOINED_OF_VERBS)
    for stem in words.VOWEL_ADJECTIVES.split():
        yield from _after_vowel(stem, _AFTER_VOWELS, _JOINED | _JOINED_OF_ADJECTIVES)
    for noun in words.NOUNS.split():
        yield from _with_particles(noun, "")
    for noun in words.VOWEL_NOUNS.split():
        yield from (_form(noun, particle, noun + particle, "", "noun") for particle in _AFTER_VOWEL_NOUNS.split())
    for rule, listed in (
        ("liquid", words.LIQUIDS),
        ("nasalised", words.NASALS),
        ("tense", words.TENSE),
        ("h after", words.ASPIRATES),
        ("palatal", words.PALATAL),
        ("apart", " ".join(one for one in APART if one not in _NO_NOUNS)),
    ):
        for noun in listed.split():
            yield from _with_particles(noun, rule)


def _conjugated(stem: str, consonant: str, vowel: str) -> Iterator[Form]:
    final = _jamo(stem)[-1]
    for ending in consonant.split():
        if final == "ᆯ" and ending[0] in _NOT_AFTER_R:
            continue
        if stem[-1] in _STEMS_LIKE_HOMONYMS and ending.startswith("기"):
            continue
        if final in "ᆫᆷ" and _jamo(ending)[0] in "ᄀᄃᄉᄌ" and ending not in TENSING_ENDINGS:
            continue  # 감기, 감자: other words
        tense = final in "ᆫᆷ" and ending in TENSING_ENDINGS
        yield _form(stem, ending, stem + ending, "tense" if tense else _rule(stem, ending), _kind_of_ending(ending))
    light = _jamo(stem)[-2] in "ᅡᅣᅩ"
    for ending in vowel.split():
        said = ending if light else ending.replace("아", "어", 1).replace("았", "었", 1)
        rule = "tense" if ending in ("을수록", "을게", "을지", "을걸") else _rule(stem, said)
        yield _form(stem, ending, stem + said, rule, _kind_of_ending(ending))


def _after_vowel(stem: str, endings: str, joined_finals: Mapping[str, str]) -> Iterator[Form]:
    jamo = _jamo(stem)
    rule = _rule_inside(jamo)
    for ending in endings.split():
        yield _form(stem, ending, stem + ending, rule, _kind_of_ending(ending))
    for final, name in joined_finals.items():
        yield _form(stem, name, _composed(jamo + final) + name[1:], rule, "verb" if len(name) > 1 else "before a noun")
    future = _composed(jamo + "ᆯ")
    yield _form(stem, "ㄹ수록", future + "수록", "tense", "joining")
    if future[-1] in _PROMISING:
        for ending in ("게", "게요", "걸", "걸요"):
            yield _form(stem, "ㄹ" + ending, future + ending, "tense", "verb")
    joined = _contraction(stem)
    for ending in _CONTRACTED:
        yield _form(stem, "어" + ending, joined + ending, rule, "verb" if ending in ("", "요") else "joining")
    for ending in _PAST.split():
        yield _form(stem, "었" + ending, _composed(_jamo(joined) + "ᆻ") + ending, rule, _kind_of_ending("았" + ending))


def _contraction(stem: str) -> str:
    """The stem with the ending 아 or 어 that it merges with: 닫히 -> 닫혀, 보 -> 봐, 하 -> 해."""
    jamo = _jamo(stem)
    merged = {"ᅵ": "ᅧ", "ᅩ": "ᅪ", "ᅮ": "ᅯ", "ᅳ": "ᅥ", "ᅱ": "ᅱ어"}
    return stem[:-1] + "해" if stem[-1] == "하" else _composed(jamo[:-1] + _jamo(merged.get(jamo[-1], jamo[-1])))


def _with_particles(noun: str, rule: str) -> Iterator[Form]:
    final = _jamo(noun)[-1]
    if "ᆨ" <= final <= "ᇂ":
        after, with_to = PARTICLES, "로" if final == "ᆯ" else "으로"
    else:
        after, with_to = _AFTER_VOWEL_NOUNS, "로"
    for particle in ("",) if noun in _ADVERBS else ("", *after.split(), with_to):
        kind = _KINDS_OF_PARTICLES.get(particle, "noun")
        yield _form(noun, particle, noun + particle, rule or (_rule(noun, particle) if particle else ""), kind)


def _form(stem: str, ending: str, text: str, rule: str, kind: str) -> Form:
    unseen = stem not in _LEARNT and _jamo(stem)[-1] not in "ᆫᆷ" and split_of(f"stem {stem}", test=7) == "test"
    split: Split = "test" if unseen else split_of(f"{stem}+{ending}", test=15, dev=2)
    return Form(text, rule, split, kind)


def _rule(stem: str, ending: str) -> str:
    """The rule that applies between a stem's final and an ending."""
    rule = _meeting(_jamo(stem)[-1], *_jamo(ending)[:2])
    return "moved" if rule == "palatal" and stem in ("디귿", "티읕") else rule


def _rule_inside(jamo: str) -> str:
    """The rule of the last final of a stem that ends in a vowel: 닫히다, 입학하다."""
    finals = [place for place, letter in enumerate(jamo) if "ᆨ" <= letter <= "ᇂ"]
    return _meeting(jamo[finals[-1]], jamo[finals[-1] + 1], jamo[finals[-1] + 2]) if finals else ""


def _meeting(final: str, first: str, vowel: str) -> str:
    if final in "ᆮᇀᆴ" and first in "ᄋᄒ" and vowel in "ᅵᅧ":
        return "palatal"
    if final in "ᆪᆬᆭᆰᆱᆲᆳᆴᆵᆶᆹ":
        kinds = {"ᄋ": "vowel", "ᄒ": "h after two", "ᄂ": "nasal", "ᄆ": "nasal"}
        return kinds.get(first, "plain" if first in "ᄀᄃᄇᄉᄌᄁᄎ" else "")
    if final == "ᇂ":
        return "h"
    if not "ᆨ" <= final <= "ᇂ":
        return ""
    if first == "ᄒ":
        return "h after" if final not in "ᆫᆯᆷᆼ" else ""
    if first == "ᄋ":
        return "moved" if final != "ᆼ" else ""
    if final in "ᆨᆮᆸ":
        return "nasalised" if first in "ᄂᄆ" else "tense" if first in "ᄀᄃᄇᄉᄌ" else ""
    if final in "ᆩᆺᆻᆽᆾᆿᇀᇁ":
        return "nasalised" if first in "ᄂᄆ" else "neutral"
    if final == "ᆯ" and first == "ᄂ":
        return "liquid"
    return ""


def _kind_of_ending(ending: str) -> str:
    if ending in ("은", "는", "을", "던", "았던"):
        return "before a noun"
    if ending in (
        "다",
        "습니다",
        "네",
        "아요",
        "았다",
        "았습니다",
        "았어요",
        "겠다",
        "겠습니다",
        "는다",
        "지요",
        "ㄴ다",
    ):
        return "verb"
    joins = (
        "고",
        "지만",
        "아서",
        "으면",
        "으니까",
        "거나",
        "도록",
        "는데",
        "다가",
        "으며",
        "았지만",
        "면",
        "며",
        "니까",
    )
    return "joining" if ending in joins else "other"


def _jamo(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _composed(jamo: str) -> str:
    return unicodedata.normalize("NFC", jamo)
