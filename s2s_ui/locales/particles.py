"""Korean particles: {name:을/를} in a translation becomes the value and the particle that fits its final sound.

A translated message is a `Sentence`, whose `format` supports this. `stage/js/data/words.js` has the same rules for
sentences that the browser fills in; a test compares the two.
"""

import re
import string
import unicodedata
from typing import Any

DIGITS = dict(zip("0123456789", ("ㅇ", "ㄹ", "", "ㅁ", "", "", "ㄱ", "ㄹ", "ㄹ", ""), strict=True))
SIGNS = {"␣": "ㄱ", "-": "ㄴ", ".": "ㅁ", ",": "ㅁ", "%": "", "/": "", ":": "ㄴ", "'": "", "(": "", ")": "", "½": "ㄹ"}
LETTERS = {"l": "ㄹ", "r": "ㄹ", "m": "ㅁ", "n": "ㄴ"}
_CLOSING = "“”‘’\"'`*_)]}»」』\N{WORD JOINER}"
_SONORANT = re.compile(r"([lmn]|[aeiouyà-ÿ].*[lmn]e)$")  # man; name (silent e), but not me
_STOP = re.compile(r"((^|[^aeiou])[aeiou][ptkcb]|ck|ook)$")
_PAIR = re.compile(r"[가-힣]+/[가-힣]+")


class Sentence(str):
    """A sentence whose placeholders may have a particle: "{output:이라고/라고}"."""

    __slots__ = ()

    def format(self, *args: Any, **kwargs: Any) -> str:
        """Like `str.format`; a pair of particles becomes the value and the fitting particle."""
        return _FORMATTER.vformat(str(self), args, kwargs)


class _Formatter(string.Formatter):
    def format_field(self, value: Any, spec: str) -> str:
        return particle(str(value), spec) if _PAIR.fullmatch(spec) else str(format(value, spec))


_FORMATTER = _Formatter()


def particle(word: str, pair: str) -> str:
    """The particle of a pair for a consonant or a vowel: 을/를; 으로/로, where ㄹ counts as a vowel. Unknown: both."""
    after_consonant, after_vowel = pair.split("/")
    sound = final_sound(word)
    if sound is None:
        return f"{after_consonant}({after_vowel})"
    if sound == "ㄹ" and after_consonant == "으로":
        return after_vowel
    return after_consonant if sound else after_vowel


def final_sound(word: str) -> str | None:
    """The final consonant of a word when it is read aloud in Korean; "" for a vowel, None if unknown.

    Quotation marks around the word are ignored.
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
