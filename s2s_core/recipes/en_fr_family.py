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
            "These numbers hold how a sentence goes and lose what stands in it: 39.4 BLEU, where `en-fr` has 48.4, "
            "and the longer the sentence, the wider the gap."
        ),
        model={"context": "last"},
        weaknesses=(
            "It begins rightly and goes on with something that fits: Paris is more beautiful than London. becomes "
            "Londres est plus belle que Londres.",
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
416 units where `en-fr` has two of 256, which gives the whole model nearly as many parameters (0.9 % more). What a word
means often shows only after it, and the state of the word does not know that yet.""",
        findings="It loses nearly three BLEU: 45.7, where `en-fr` has 48.4.",
        model={"bidirectional": False, "encoder_hidden": 416},
        weaknesses=(
            "An adjective is read before its noun, and may end up in a form that does not fit it: The big black cat is "
            "sleeping on the sofa. becomes Le gros chat noire est en train de dormir sur le canapé.",
            *EN_FR_LIMITS,
        ),
    ),
)
