"""How tokens and outputs are printed everywhere: stage, charts, tables, buttons, the offline page, a notebook.

A tokenizer's labels are not shown: marks ("<pad>") and bytes ("<0xEC>") have words, a space has a sign.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from s2s_core.spelling import byte_of
from s2s_core.tokenizer.jamo import LETTERS
from s2s_core.tokenizer.subword import SPACE
from s2s_ui.locales import Translate

if TYPE_CHECKING:
    from s2s_core import Trace

_INVISIBLE = {" ": "␣", "\u00a0": "␣", "\u3000": "␣", "\n": "⏎", "\t": "⇥"}
_PICTURES = {chr(code): chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"}
_ASCII = 128
_PARTS = "₀₁₂₃₄₅₆₇₈₉"


def printed(token: str, _: Translate = str) -> str:
    """A token as a picture prints it: marks in words, a space as ␣, other invisible characters by code point.

    A character that a vocabulary of pieces lacks is spelt in bytes; a character of one byte is printed itself.
    """
    if mark := _mark(token, _):
        return mark
    if (byte := byte_of(token)) is not None:
        if byte >= _ASCII:
            return _("byte {hex}").format(hex=f"{byte:02X}")
        token = chr(byte)
    return _signs(token.replace(SPACE, "") or ("␣" if token else ""))


def answer(text: str) -> str:
    """An output as people write it, with spaces and in syllables.

    A single jamo becomes the letter that is typed alone; a control character becomes its Unicode picture.
    """
    return "".join(LETTERS.get(char, _PICTURES.get(char, char)) for char in text)


def source(trace: Trace, _: Translate = str) -> list[str]:
    """The source tokens as printed, by position.

    An unknown token is shown as the typed characters; a byte as the typed character with the number of the byte.
    """
    read: list[str] = []
    places = zip(trace.src_tokens, trace.src_offsets, trace.src_unknown, _bytes(trace), strict=True)
    for token, (start, stop), unknown, number in places:
        typed = trace.text[start:stop]
        if number:
            read.append(typed + number)
        else:
            read.append(_signs(typed) if unknown and typed else printed(token, _))
    return read


def target(trace: Trace, _: Translate = str) -> list[str]:
    """The output tokens as printed, by step."""
    return [printed(token, _) for token in trace.tgt_tokens]


def _mark(token: str, _: Translate) -> str | None:
    match token:
        case "</s>":
            return _("end")
        case "<s>":
            return _("start")
        case "<pad>":
            return _("padding")
        case "<unk>":
            return _("unknown")
    return None


def _signs(text: str) -> str:
    """A text with a sign for each space, and with code points for invisible characters."""
    if text.isprintable() and " " not in text:  # as nearly all are
        return text
    return "".join(_INVISIBLE.get(char) or (f"U+{ord(char):04X}" if _is_hidden(char) else char) for char in text)


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf"}


def _bytes(trace: Trace) -> list[str]:
    """For each source token that is one of several bytes of a character, the number of the byte; else ""."""
    numbers: list[str] = []
    before, count = None, 0
    for token, span in zip(trace.src_tokens, trace.src_offsets, strict=True):
        byte = byte_of(token)
        spelt = byte is not None and byte >= _ASCII and span[1] > span[0]
        count = (count + 1 if span == before else 1) if spelt else 0
        before = span if spelt else None
        numbers.append("".join(_PARTS[int(digit)] for digit in str(count)) if spelt else "")
    return numbers
