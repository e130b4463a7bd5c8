"""Korean letter by letter: each Hangul syllable as its two or three jamo, everything else as grapheme clusters."""

import unicodedata
from collections.abc import Iterator, Sequence

from s2s_core.registry import TOKENIZERS
from s2s_core.tokenizer.base import Encoding
from s2s_core.tokenizer.lists import ListTokenizer
from s2s_core.tokenizer.typed import Span, clusters

# The letters to show for conjoining jamo, in Unicode's order
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
LETTERS = {
    chr(first + place): letter
    for first, letters in ((0x1100, INITIALS), (0x1161, VOWELS), (0x11A8, FINALS))
    for place, letter in enumerate(letters)
}


@TOKENIZERS.register("jamo")
class JamoTokenizer(ListTokenizer):
    """Conjoining jamo: an initial and a final are different tokens, so decoding can compose the syllables.

    All jamo of a syllable have its span. If the training text has all jamo, no Hangul is unknown.
    """

    name = "jamo"

    @classmethod
    def _split(cls, text: str) -> Iterator[tuple[str, Span]]:
        for cluster, span in clusters(text):
            pieces = unicodedata.normalize("NFD", cluster) if "가" <= cluster <= "힣" else (cluster,)
            yield from ((piece, span) for piece in pieces)

    def _encode(self, text: str) -> Encoding:
        encoding = super()._encode(text)
        tokens = tuple(LETTERS.get(token, token) for token in encoding.tokens)
        return Encoding(encoding.ids, tokens, encoding.offsets, encoding.unknown)

    def decode(self, ids: Sequence[int]) -> str:
        return unicodedata.normalize("NFC", super().decode(ids))

    def token(self, id: int) -> str:
        label = super().token(id)
        return LETTERS.get(label, label)
