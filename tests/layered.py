"""Small random models with several layers (two; three in the encoder and one in the decoder), as checkpoints."""

from dataclasses import replace
from pathlib import Path

from small_models import small_translator

from s2s_core import checkpoint

NAME = "two-layers"
DEEP = "three-layers"
SENTENCE = "abcadge"
MODELS = {
    NAME: {"encoder_layers": 2, "decoder_layers": 2, "encoder_hidden": 20, "decoder_hidden": 40},
    DEEP: {"encoder_layers": 3, "decoder_layers": 1, "cell": "gru"},
}


def save(folder: Path) -> None:
    """Write their checkpoints to folder/NAME and folder/DEEP."""
    for name, changes in MODELS.items():
        model = small_translator(name=name, **changes)
        titled = replace(model, info=replace(model.info, title=name.replace("-", " "), examples=(SENTENCE, "gfedc")))
        checkpoint.save(folder / name, titled, card=f"# {name}\n")
