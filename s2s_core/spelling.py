"""Find which characters of an output each of its tokens wrote, because a trace does not have the tokenizer.

A token may be a letter of a syllable, a piece of a word, a byte of a character, or a mark that writes nothing.
"""

import re
import unicodedata
from collections.abc import Sequence

from s2s_core.tokenizer.base import SPECIALS, UNK
from s2s_core.tokenizer.jamo import LETTERS
from s2s_core.tokenizer.subword import SPACE
from s2s_core.tokenizer.typed import REPLACEMENT, Span

_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_UNKNOWN = (REPLACEMENT, "⁇")  # an unknown token in an output: our mark, and SentencePiece's


def byte_of(token: str) -> int | None:
    """The byte that a token spells, as SentencePiece labels it: 236 of "<0xEC>"; None for any other token."""
    match = _BYTE.fullmatch(token)
    return int(match[1], 16) if match else None


def spans(tokens: Sequence[str], output: str) -> list[Span]:
    """For each token, the span (start, end) of the characters of `output` that it wrote or helped to write.

    Tokens of one character (letters of a syllable, bytes) have the same span; a mark has an empty one.
    """
    walk = _Walk(output)
    return [walk.take(token) for token in tokens]


def words(tokens: Sequence[str], output: str) -> list[Span]:
    """First and last token of each unit that has several tokens: words in pieces, syllables in letters."""
    found = spans(tokens, output)
    inside = [position for position, (start, stop) in enumerate(found) if stop > start or byte_of(tokens[position])]
    groups: list[list[int]] = []
    for position in inside:
        joins = bool(groups) and position == groups[-1][-1] + 1 and _goes_on(tokens, found, position)
        groups[-1].append(position) if joins else groups.append([position])
    return [(group[0], group[-1]) for group in groups if len(group) > 1]


def so_far(tokens: Sequence[str], output: str) -> str:
    """The part written so far of the word or syllable of the last token; "" if that is a mark."""
    found = spans(tokens, output)
    first = len(tokens) - 1
    while first > 0 and _goes_on(tokens, found, first):
        first -= 1
    return output[found[first][0] : found[-1][1]] if tokens else ""


def _goes_on(tokens: Sequence[str], found: Sequence[Span], position: int) -> bool:
    """Whether a token continues the word or the character of the token before it."""
    if tokens[position] in SPECIALS or tokens[position - 1] in SPECIALS:
        return False
    shared = found[position][0] < found[position - 1][1]
    pieces = any(token.startswith(SPACE) for token in tokens)
    return shared or (pieces and not tokens[position].startswith(SPACE))


class _Walk:
    """Goes along an output, token by token."""

    def __init__(self, output: str) -> None:
        self.output = output
        self.at = 0  # complete characters so far
        self.letters = 0  # letters so far of the incomplete syllable
        self.bytes = b""  # bytes so far of the incomplete character

    def take(self, token: str) -> Span:
        """The span of the next token."""
        if token in SPECIALS:
            return self._unknown() if token == SPECIALS[UNK] else (self.at, self.at)
        if (byte := byte_of(token)) is not None:
            return self._byte(byte)
        self.bytes = b""
        text = token.replace(SPACE, " ")
        if self.letters or not self.output.startswith(text, self.at):
            if syllable := self._letter(text):
                return syllable
            self.letters = 0
            text = text.strip(" ")
            self._skip_spaces()
        if not self.output.startswith(text, self.at):
            found = self.output.find(text, self.at)
            self.at = self.at if found < 0 else found
            if found < 0:
                return self.at, self.at
        return self._forward(len(text))

    def _forward(self, characters: int) -> Span:
        start = self.at
        self.at += characters
        return start, self.at

    def _skip_spaces(self) -> None:
        while self.output[self.at : self.at + 1].isspace():
            self.at += 1

    def _unknown(self) -> Span:
        self._skip_spaces()
        return self._forward(self.output.startswith(_UNKNOWN, self.at))

    def _letter(self, text: str) -> Span | None:
        """The syllable here, if this is its next letter."""
        if not self.letters and text not in LETTERS.values():
            return None
        syllable = [
            LETTERS.get(part, part) for part in unicodedata.normalize("NFD", self.output[self.at : self.at + 1])
        ]
        if syllable[self.letters : self.letters + 1] != [text]:
            return None
        self.letters = (self.letters + 1) % len(syllable)
        return (self.at, self.at + 1) if self.letters else self._forward(1)

    def _byte(self, byte: int) -> Span:
        """The character here, if the bytes so far are the beginning of it."""
        self.letters = 0
        if not self.bytes:
            self._skip_spaces()
        self.bytes += bytes([byte])
        whole = self.output[self.at : self.at + 1].encode(errors="replace")
        if whole == self.bytes:
            self.bytes = b""
            return self._forward(1)
        if whole.startswith(self.bytes):
            return self.at, self.at + 1
        self.bytes = b""  # these bytes are not a character
        return self._forward(self.output.startswith(REPLACEMENT, self.at))
