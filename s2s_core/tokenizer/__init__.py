"""Text to ids and back, by name: characters, words, jamo, bpe, unigram, spaces, pieces. Ids 0 to 3 are special."""

from s2s_core.tokenizer.base import BOS, EOS, PAD, SPECIALS, UNK, Encoding, Tokenizer
from s2s_core.tokenizer.jamo import JamoTokenizer
from s2s_core.tokenizer.lists import CharacterTokenizer, WordTokenizer
from s2s_core.tokenizer.precut import PiecesTokenizer, SpacesTokenizer
from s2s_core.tokenizer.subword import SPACE, BPETokenizer, UnigramTokenizer, VocabularyTooSmall
from s2s_core.tokenizer.typed import is_blank, straight

__all__ = [
    "BOS",
    "EOS",
    "PAD",
    "SPACE",
    "SPECIALS",
    "UNK",
    "BPETokenizer",
    "CharacterTokenizer",
    "Encoding",
    "JamoTokenizer",
    "PiecesTokenizer",
    "SpacesTokenizer",
    "Tokenizer",
    "UnigramTokenizer",
    "VocabularyTooSmall",
    "WordTokenizer",
    "is_blank",
    "straight",
]
