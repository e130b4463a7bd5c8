"""The supported encodings of a file of pairs, and a guess of the encoding if it is not UTF-8."""

import codecs
import re
from collections.abc import Callable
from functools import partial

from s2s_core.errors import UnknownName

# Python's codec -> the language of its texts, for a menu
ENCODINGS = {
    "utf-8": "",
    "utf-16": "",
    "utf-16-le": "",
    "utf-16-be": "",
    "utf-32": "",
    "cp949": "Korean",
    "cp1252": "Western European",
    "iso8859-15": "Western European",
    "mac-roman": "Western European",
    "cp1250": "Central European",
    "iso8859-2": "Central European",
    "cp1251": "Cyrillic",
    "koi8-r": "Cyrillic",
    "cp1253": "Greek",
    "cp1254": "Turkish",
    "cp1255": "Hebrew",
    "cp1256": "Arabic",
    "cp874": "Thai",
    "cp932": "Japanese",
    "euc_jp": "Japanese",
    "gb18030": "Chinese",
    "big5": "Chinese",
}
_WIDER = {"euc_kr": "cp949", "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252"}
_ALPHABETS = {  # first and last letter of the alphabet, and its most frequent letters
    "cp1251": ("а", "я", "оеаинтсрвл"),
    "koi8-r": ("а", "я", "оеаинтсрвл"),
    "cp1253": ("Ά", "ώ", "αοιετσνηυρςά"),
    "cp1255": ("א", "ת", "יוהלאתרמבש"),
    "cp1256": ("ء", "ي", "اليمونرتب"),
    "cp874": ("ก", "๙", "านรกเองมยลวด่้"),
}
_SAMPLE = 1 << 16  # bytes used for the guess
_RUN = re.compile(rb"[\x80-\xff]+")
_JOINED = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")


def canonical(name: str) -> str:
    """Python's name of the encoding; if another encoding includes it, that one.

    Raises:
        UnknownName: if it is not in ENCODINGS.
    """
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        found = ""
    found = _WIDER.get(found, found)
    for known in ENCODINGS:
        if codecs.lookup(known).name == found:
            return known
    raise UnknownName("encoding", name, tuple(ENCODINGS))


def likely(data: bytes) -> str | None:
    """The most likely encoding of bytes that are not valid UTF-8; "utf-8" if only a few are broken; None: unknown.

    Byte order marks and zero bytes show UTF-16. Otherwise the characters beyond ASCII decide. A Korean text in cp949 is
    mostly Hangul, and a Japanese text has some kana. A text in another alphabet has many of its most frequent letters.
    In a Western text, accented letters are single, between plain letters.
    """
    if wide := _wide(data):
        return wide
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    sample = b"\n".join(lines)[:_SAMPLE].rpartition(b"\n")[0] or b"\n".join(lines)[:_SAMPLE]
    runs = _RUN.findall(sample)
    if not runs:
        return None
    if sum(map(_is_utf8, lines[:2000])) > 0.9 * len(lines[:2000]):
        return "utf-8"
    alone = sum(len(run) == 1 for run in runs) / sum(map(len, runs))
    joined = len(_JOINED.findall(sample)) / len(runs)
    even = sum(len(run) % 2 == 0 for run in runs) / len(runs)
    if alone < 0.4:
        if _share(sample, "cp949", _hangul) > 0.8:
            return "cp949"
        if _share(sample, "cp932", _kana) > 0.2:
            return "cp932"
        if even > 0.95 and _share(sample, "euc_jp", _kana) > 0.2:
            return "euc_jp"
        if even > 0.95 and _leads(runs, 0xB0, 0xD7) > 0.7 and _share(sample, "gb18030", _han) > 0.8:
            return "gb18030"
        shares = {
            name: _share(sample, name, commonest.__contains__)
            for name, (first, last, commonest) in _ALPHABETS.items()
            if joined < 0.2 and _share(sample, name, partial(_between, first, last)) > 0.7
        }
        if shares:
            return max(shares, key=shares.__getitem__)
        if _share(sample, "big5", _han) > 0.8:
            return "big5"
    if _share(sample, "cp1252", str.isalpha) > 0.8:
        return "cp1252"
    return "cp1250" if _share(sample, "cp1250", str.isalpha) > 0.8 else None


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32, if the byte order mark or the positions of zero bytes show it."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = data[:_SAMPLE]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if first + second < max(2, len(sample) // 50):  # each tab, space and line end has a zero byte
        return None
    return "utf-16-le" if second > 9 * first else "utf-16-be" if first > 9 * second else None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _share(sample: bytes, encoding: str, holds: Callable[[str], bool]) -> float:
    """The share of the decoded characters beyond ASCII for which ``holds`` is true; 0 if many bytes do not decode."""
    text = sample.decode(encoding, errors="replace")
    found = [character for character in text if character > "\x7f" and not 0x3000 <= ord(character) < 0x3040]
    if not found or found.count("\N{REPLACEMENT CHARACTER}") > 0.02 * len(found):
        return 0.0
    return sum(map(holds, found)) / len(found)


def _leads(runs: list[bytes], low: int, high: int) -> float:
    """The share of first bytes in a range. In a Chinese encoding, the common characters are next to each other."""
    leads = [run[i] for run in runs for i in range(0, len(run) - 1, 2) if run[i] > 0xA3]
    return sum(low <= lead <= high for lead in leads) / len(leads) if leads else 0.0


def _hangul(character: str) -> bool:
    """Whether it is one of the 2,350 syllables of KS X 1001; nearly all of a Korean text consists of them."""
    return "\uac00" <= character <= "\ud7a3" and len(character.encode("euc_kr", errors="ignore")) == 2


def _kana(character: str) -> bool:
    return "\u3040" <= character <= "\u30ff"


def _han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _between(first: str, last: str, character: str) -> bool:
    return first <= character <= last
