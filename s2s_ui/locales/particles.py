"""Korean particles: {name:을/를} in a translation is the one that follows the final sound of the value.

A message in the reader's language is a `Sentence`, whose `format` knows such places. The same rules are in
`stage/js/data/words.js`, for the sentences that the browser fills in; a test compares the two.
"""

import re
import string
import unicodedata
from typing import Any

DIGITS = dict(zip("0123456789", ("ㅇ", "ㄹ", "", "ㅁ", "", "", "ㄱ", "ㄹ", "ㄹ", ""), strict=True))
SIGNS = {"␣": "ㄱ", "-": "ㄴ", ".": "ㅁ", ",": "ㅁ", "%": "", "/": "", ":": "ㄴ", "'": "", "(": "", ")": "", "½": "ㄹ"}
LETTERS = {"l": "ㄹ", "r": "ㄹ", "m": "ㅁ", "n": "ㄴ"}
_CLOSING = "“”‘’\"'`*_)]}»」』\N{WORD JOINER}"
_SONORANT = re.compile(r"([lmn]|[aeiouyà-ÿ].*[lmn]e)$")  # man; name, whose e is silent, and not me
_STOP = re.compile(r"((^|[^aeiou])[aeiou][ptkcb]|ck|ook)$")
_PAIR = re.compile(r"[가-힣]+/[가-힣]+")


class Sentence(str):
    """A sentence whose places may ask for a particle: "{output:이라고/라고}"."""

    __slots__ = ()

    def format(self, *args: Any, **kwargs: Any) -> str:
        """As `str.format`, and a pair of particles is the one that fits its value."""
        return _FORMATTER.vformat(str(self), args, kwargs)


class _Formatter(string.Formatter):
    def format_field(self, value: Any, spec: str) -> str:
        return particle(str(value), spec) if _PAIR.fullmatch(spec) else str(format(value, spec))


_FORMATTER = _Formatter()


def particle(word: str, pair: str) -> str:
    """One of a pair, after a consonant or a vowel: 을/를, 으로/로, where ㄹ counts as a vowel; both if nobody knows."""
    after_consonant, after_vowel = pair.split("/")
    sound = final_sound(word)
    if sound is None:
        return f"{after_consonant}({after_vowel})"
    if sound == "ㄹ" and after_consonant == "으로":
        return after_vowel
    return after_consonant if sound else after_vowel


def final_sound(word: str) -> str | None:
    """The final consonant with which a word ends when it is read aloud in Korean; "" for a vowel, None if unknown.

    Quotation marks around a word are not read.
    """
    text = unicodedata.normalize("NFC", word).lower()
    text = text.rstrip(_CLOSING) or text
    last = text[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - 0xAC00) % 28
        return "" if final == 0 else "ㄹ" if final == 8 else "ㅇ"
    if "ㄱ" <= last <= "ㅎ":  # a letter by its name: 기역, 니은, 리을
        return "ㄹ" if last == "ㄹ" else "ㅇ"
    if "ㅏ" <= last <= "ㅣ":
        return ""
    if last in DIGITS or last in SIGNS:
        return DIGITS.get(last, SIGNS.get(last))
    if re.fullmatch(r"[a-z]", text):
        return LETTERS.get(text, "")
    if not re.search(r"[a-zà-ÿ]$", text):
        return None
    if text.endswith("ng"):
        return "ㅇ"
    if _SONORANT.search(text):
        return LETTERS[text.removesuffix("e")[-1]]
    return "ㄱ" if _STOP.search(text) else ""
