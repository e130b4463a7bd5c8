"""The variations of `ko-pronounce`: what attention, the other direction and a larger width are for."""

from s2s_core.recipes.shipped import KO_PRONOUNCE_LIMITS
from s2s_core.recipes.variation import Variation

_SMALL = {
    "embedding_size": 24,
    "encoder_hidden": 24,
    "decoder_hidden": 48,
    "attention_size": 24,
    "readout_size": 32,
}

KO_PRONOUNCE_FAMILY = (
    Variation(
        name="ko-pronounce-forward",
        base="ko-pronounce",
        kind="one-direction",
        title="one direction",
        summary="""\
The model `ko-pronounce` with an encoder that reads from left to right only (`bidirectional = False`). Its one direction
has 104 units where `ko-pronounce` has two of 64, which gives the whole model about as many parameters (1.2 % fewer). A
letter's state knows nothing of the letters after it, on which its sound depends; but the decoder starts from the end of
the text, and a little weight on later letters can tell it the rest.""",
        findings=(
            "It is as right. It leans on its attention more: without any weight after a letter's own place it says "
            "129 of 152 changing words, and `ko-pronounce` 149."
        ),
        model={"bidirectional": False, "encoder_hidden": 104},
        weaknesses=(
            "It leans on its attention: without any weight after a letter's own place it says 23 of 152 changing words "
            "wrongly.",
            *KO_PRONOUNCE_LIMITS,
        ),
    ),
    Variation(
        name="ko-pronounce-last",
        base="ko-pronounce",
        kind="last",
        title="no attention (last)",
        summary="""\
The model `ko-pronounce` without attention (`context = last`): every step of the decoder reads the same context, the
last state of each direction, so the whole text has to fit into these 128 numbers.""",
        findings=(
            "These numbers hold most words and no sentence: 92.5 % of the words come out exactly, where "
            "`ko-pronounce` has 99.6 %; of 80 phrases of two words it says 2, and `ko-pronounce` 79."
        ),
        model={"context": "last"},
        weaknesses=(
            "The longer the text, the more of it is lost, from the middle on: of 80 phrases of two words it says 2; "
            "밥을 먹는다 becomes 바블 근먼다.",
            *KO_PRONOUNCE_LIMITS,
        ),
    ),
    Variation(
        name="ko-pronounce-small",
        base="ko-pronounce",
        kind="small",
        title="24 units",
        summary="""\
The model `ko-pronounce` at a third of its width: 24 units in each direction of the encoder and 48 in the decoder.""",
        findings=(
            "What a model this small gets right it owes to its structure: with one direction instead of two it errs "
            "four times as often on words that are not said as they are written (`ko-pronounce-small-forward`)."
        ),
        model=_SMALL,
        weaknesses=(
            "What depends on a whole syllable more than on a rule it may miss: 같이 becomes 가티, and not 가치.",
            *KO_PRONOUNCE_LIMITS,
        ),
    ),
    Variation(
        name="ko-pronounce-small-forward",
        base="ko-pronounce",
        kind="small-one-direction",
        title="24 units, one direction",
        summary="""\
The model `ko-pronounce-small` with an encoder that reads from left to right only (`bidirectional = False`). Its one
direction has 39 units where `ko-pronounce-small` has two of 24, which gives the whole model about as many parameters
(6 % more). A letter's state knows nothing of the letters after it, on which its sound depends.""",
        findings=(
            "A model this small makes up for it only in part by looking at the next letters too: 89.5 % of the words "
            "that are not said as they are written come out right, where `ko-pronounce-small` has 97.5 %."
        ),
        model=_SMALL | {"bidirectional": False, "encoder_hidden": 39},
        weaknesses=(
            "Where the next letter decides, it often writes what is no rule's: 국물 becomes 국꿀, and not 궁물; 맑다 "
            "becomes 말다, and not 막따.",
            *KO_PRONOUNCE_LIMITS,
        ),
    ),
)
