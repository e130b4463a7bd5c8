"""The variations of `ko-pronounce`: what attention, a second direction and a larger size do."""

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
the text, and a little weight on later letters can tell it some of the rest.""",
        findings=(
            "It is right less often, where a sound is decided further ahead: of the held-out words it says 98.82 %, "
            "and `ko-pronounce` 99.51 %; of the forms in which ㄷ or ㅌ changes before 이, behind a letter that is "
            "silent, 89.3 and 100.0 %; of the sentences of 6 to 30 syllables 68.8 and 97.6 %."
        ),
        model={"bidirectional": False, "encoder_hidden": 104},
        weaknesses=(
            "Where a letter beyond the next one decides, it may go by the next one alone: 같이 becomes 가티, and not "
            "가치; 굳이 becomes 구디, and not 구지.",
            "It loses its place in a long text: of the sentences of 6 to 30 syllables it says 69 % without a mistake "
            "(one seed).",
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
            "These numbers hold most words and few sentences: 95.46 % of the held-out words come out exactly, where "
            "`ko-pronounce` has 99.51 %; of the sentences of 6 to 30 syllables 1.6 %, and of `ko-pronounce` "
            "97.6 %."
        ),
        model={"context": "last"},
        weaknesses=(
            "The longer the text, the more of it is lost, from the middle on: of the sentences of 6 to 30 syllables it "
            "says 1.6 % without a mistake; 부엌에 앉아 책을 읽는 사람이 없었다 becomes "
            "부거을 앙내 자인나거 안니를 알껟따.",
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
            "Words fit into a third of the width, and sentences do not: of the held-out words it says 98.62 %, and "
            "`ko-pronounce` 99.51 %; of the sentences of 6 to 30 syllables 30.0 %, and `ko-pronounce` 97.6 %."
        ),
        model=_SMALL,
        weaknesses=(
            "It loses its place in a long text: of the sentences of 6 to 30 syllables it says 30 % without a mistake "
            "(one seed).",
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
            "A model this small makes up for it by looking at the next letter, and not beyond: where ㄷ or ㅌ changes "
            "before 이, behind a letter that is silent, it says 82.1 % of the held-out forms, and `ko-pronounce-small` "
            "95.0 %. Of the held-out words both say as many (98.80 and 98.62 %)."
        ),
        model=_SMALL | {"bidirectional": False, "encoder_hidden": 39},
        weaknesses=(
            "Where a letter beyond the next one decides, it often goes by the next one alone: 같이 becomes 가티, and "
            "not 가치; 굳이 becomes 구디, and not 구지.",
            "It loses its place in a long text: of the sentences of 6 to 30 syllables it says 22 % without a mistake "
            "(one seed).",
            *KO_PRONOUNCE_LIMITS,
        ),
    ),
)
