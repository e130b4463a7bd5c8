"""The recipe for a user's own file of pairs."""

from collections.abc import Iterable
from pathlib import Path

from s2s_core.files import printable, safe_name
from s2s_core.recipes.markdown import code
from s2s_core.recipes.recipe import Recipe
from s2s_core.tasks import PairsTask
from s2s_core.tokenizer import SPACE
from s2s_core.training import TrainConfig

LR, DROPOUT = 2e-3, 0.2  # suitable for a model of medium size


def own_pairs(
    path: Path,
    *,
    tokenizer: str | None = None,
    vocab_size: int | None = None,
    columns: tuple[str, str] | None = None,
    encoding: str | None = None,
) -> Recipe:
    """A model of medium size for a TSV or CSV of pairs; its fields can be replaced.

    Without a tokenizer, texts are cut into pieces by `unigram` or, if they have no pieces, into `characters`.

    Raises:
        DataError: if the file cannot be read as pairs.
        UnknownName: for an encoding that is not known.
    """
    task = PairsTask(path=path, columns=columns, encoding=encoding)
    pairs, called = task.pairs("train"), printable(path.name)
    return Recipe(
        name=safe_name(path.name.split(".")[0], "pairs"),
        title=called,
        summary=f"Trained on the pairs of {code(called)}.",
        task=task,
        src_tokenizer=tokenizer or _fitting(pair.source for pair in pairs),
        tgt_tokenizer=tokenizer or _fitting(pair.target for pair in pairs),
        model={
            "embedding_size": 128,
            "embedding_std": 0.09,  # 128 ** -0.5: embeddings start about as long as 1
            "encoder_hidden": 128,
            "decoder_hidden": 128,
            "attention_size": 128,
            "readout_size": 128,
            "dropout": DROPOUT,
        },
        train=TrainConfig(epochs=12, batch_size=64, lr=LR, label_smoothing=0.1, patience=5),
        vocab_size=vocab_size,
        data=f"{code(called)}. Its licence is known to whoever made it.",
        weaknesses=("Not examined.",),
    )


def _fitting(texts: Iterable[str]) -> str:
    """`unigram`; or `characters` if the texts have only the character that its pieces use for a space."""
    return "unigram" if any(text.strip(f" {SPACE}") for text in texts) else "characters"
