"""The variations of `en-fr`: translation without attention, and with one direction."""

from s2s_core.recipes.translation import EN_FR_LIMITS
from s2s_core.recipes.variation import Variation

EN_FR_FAMILY = (
    Variation(
        name="en-fr-last",
        base="en-fr",
        kind="last",
        title="no attention (last)",
        summary="""\
The model `en-fr` without attention (`context = last`): every step of the decoder reads the same context, the last state
of each direction, so the whole sentence has to fit into these 512 numbers.""",
        findings=(
            "These numbers hold how a sentence goes and lose what stands in it: 38.0 BLEU, where `en-fr` has 46.8, "
            "and the longer the sentence, the wider the gap."
        ),
        model={"context": "last"},
        weaknesses=(
            "It begins rightly and goes on with something that fits: My parents live in a small white house. becomes "
            "Mes parents vivent dans un petit avocate.",
            *EN_FR_LIMITS,
        ),
    ),
    Variation(
        name="en-fr-forward",
        base="en-fr",
        kind="one-direction",
        title="one direction",
        summary="""\
The model `en-fr` with an encoder that reads from left to right only (`bidirectional = False`). Its one direction has
416 units where `en-fr` has two of 256, which gives the whole model as many parameters (0.03 % fewer). What a word means
often shows only after it, and the state of the word does not know that yet.""",
        findings="It loses two BLEU: 44.5, where `en-fr` has 46.8.",
        model={"bidirectional": False, "encoder_hidden": 416},
        weaknesses=(
            "An adjective is read before its noun, and may end up in no form that fits it: My parents live in a small "
            "white house. becomes Mes parents vivent dans une maison de blanc.",
            *EN_FR_LIMITS,
        ),
    ),
)
