"""One process of a small training run; a test starts several: `python one_of_several.py FOLDER STEPS BATCH`.

The first process prints one line per update. A user error is one line on stderr and exit code 1, as in the program.
"""

import sys
from pathlib import Path

import torch

from s2s_core.errors import S2SError
from s2s_core.recipes import Recipe, start
from s2s_core.tasks import ReverseTask
from s2s_core.training import StepDone, TrainConfig, is_first, joined, train


def steps(folder: Path | None, *, steps: int, batch_size: int):
    """The updates of a small run, one after another."""
    recipe = Recipe(
        name="tiny",
        title="Tiny",
        summary="",
        task=ReverseTask(max_len=6),
        model={"embedding_size": 8, "encoder_hidden": 8, "decoder_hidden": 8, "attention_size": 8, "readout_size": 8},
        train=TrainConfig(steps=steps, batch_size=batch_size, validate_every=5, warmup=2, lr=1e-2, device="cpu"),
        train_size=105,  # the last batch of an epoch is smaller
        dev_size=10,
        data="",
        weaknesses=(),
    )
    experiment = start(recipe)
    events = train(
        experiment.translator,
        recipe.task,
        recipe.train,
        train_pairs=experiment.train_pairs,
        dev_pairs=experiment.dev_pairs,
        folder=folder,
    )
    return (event for event in events if isinstance(event, StepDone))


def main(folder: str, count: str, batch_size: str) -> int:
    try:
        with joined(torch.device("cpu")):
            for step in steps(Path(folder), steps=int(count), batch_size=int(batch_size)):
                if is_first():
                    sys.stdout.write(f"{step.step} {step.loss}\n")
                    sys.stdout.flush()
    except S2SError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
