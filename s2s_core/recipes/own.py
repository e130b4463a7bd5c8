"""The recipe for a file of one's own pairs."""

from pathlib import Path

from s2s_core.files import printable, safe_name
from s2s_core.recipes.recipe import Recipe
from s2s_core.tasks import PairsTask
from s2s_core.training import TrainConfig


def own_pairs(
    path: Path,
    *,
    tokenizer: str = "unigram",
    vocab_size: int | None = None,
    columns: tuple[str, str] | None = None,
) -> Recipe:
    """A middling model for a TSV or CSV of pairs; whoever knows better replaces its fields.

    Raises:
        DataError: where the file cannot be read as pairs.
    """
    called = printable(path.name)
    return Recipe(
        name=safe_name(path.name.split(".")[0], "pairs"),
        title=called,
        summary=f"Trained on the pairs of `{called}`.",
        task=PairsTask(path=path, columns=columns),
        src_tokenizer=tokenizer,
        tgt_tokenizer=tokenizer,
        model={
            "embedding_size": 128,
            "embedding_std": 0.09,  # 128 ** -0.5: embeddings start about as long as 1
            "encoder_hidden": 128,
            "decoder_hidden": 128,
            "attention_size": 128,
            "readout_size": 128,
            "dropout": 0.2,
        },
        train=TrainConfig(epochs=12, batch_size=64, lr=2e-3, label_smoothing=0.1, patience=5),
        vocab_size=vocab_size,
        data=f"`{called}`. Its licence is known to whoever made it.",
        weaknesses=("Not examined.",),
    )
