"""The recipe of summarisation. Its texts do not come with the program; see `tasks.synopsis`."""

from s2s_core.recipes.recipe import Recipe
from s2s_core.recipes.shipped import RECIPES
from s2s_core.tasks import SynopsisTask
from s2s_core.training import TrainConfig


@RECIPES.register("synopsis")
def synopsis() -> Recipe:
    """Summarise a short text in one line, with pieces of words as tokens."""
    return Recipe(
        name="synopsis",
        title="Description → synopsis",
        summary="""\
Sums up what a program is: reads a description of up to sixty words and writes one line. Words are cut into pieces by a
unigram model (SentencePiece, 4,000 pieces a side). A bidirectional encoder and a decoder of LSTM cells with full
peephole matrices, and additive attention; the output layer shares its weights with the embedding of the pieces that it
writes. The decoder starts from zeros: what it knows of the text comes by attention.""",
        task=SynopsisTask(),
        model={
            "embedding_size": 128,
            "embedding_std": 0.09,  # 128 ** -0.5
            "encoder_hidden": 128,
            "decoder_hidden": 192,
            "attention_size": 128,
            "readout_size": 128,
            "tie_output": True,
            "source_end": False,
            "bridge": "zero",
            "dropout": 0.2,
            "max_src_len": 100,
            "max_tgt_len": 32,
        },
        train=TrainConfig(
            epochs=6,
            lr=2e-3,
            warmup=300,
            batch_size=64,
            label_smoothing=0.1,
            validate_every=500,
            probe="A small program that shows the weather of your town in the terminal.",
        ),
        vocab_size=4000,
        dev_size=500,
        data="""\
Descriptions of the packages of Debian 12 (bookworm, main) and their synopses, as apt's index has them (`apt-get -o
Acquire::Languages=en update`), written by the packages' maintainers, under the licences of the packages; none of the
texts is shipped. Those of at most sixty words are taken, whose synopsis has at most twelve. A twentieth of the source
packages is held out by hash, with every package that is built of them, and no pair is trained on whose text or synopsis
is held out.""",
        weaknesses=("Not examined.",),
        half=True,
    )
