"""`python -m benchmarks.multi30k --data FOLDER --minutes N`: our model and JoeyNMT's, the same minutes side by side.

Both train at the same time, each on one thread, so that whatever else the machine does meets both alike. No checkpoint
is kept.
"""

import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.measuring import machine
from benchmarks.multi30k import joeynmt, ours
from benchmarks.multi30k.data import Corpus
from s2s_core.errors import S2SError

RESULTS = Path(__file__).parent / "results.json"


def main(
    data: Annotated[Path, typer.Option(help="The folder of train.de.gz, val.de.gz, test_2016_flickr.de.gz, ...")],
    minutes: Annotated[float, typer.Option(help="How long each of the two trains.")] = 12,
    out: Annotated[Path, typer.Option(help="Where the result is written.")] = RESULTS,
) -> None:
    """Train both for as many minutes, and print what each reaches on test_2016_flickr."""
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        corpus = Corpus.read(data)
    except S2SError as error:
        raise typer.BadParameter(str(error)) from None
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        both = [pool.submit(side.contend, corpus, 60 * minutes) for side in (ours, joeynmt)]
        outcomes = [future.result() for future in both]
    result = {"machine": machine(), "minutes": minutes, "outcomes": [asdict(outcome) for outcome in outcomes]}
    out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    table = Table("model", "parameters", "updates", "epochs", "minutes", "BLEU, greedy", "BLEU, beam of 5")
    for it in outcomes:
        figures = (f"{it.parameters:,}", f"{it.updates:,}", f"{it.epochs:.1f}", f"{it.minutes:.1f}")
        table.add_row(it.name, *figures, f"{it.greedy:.1f}", f"{it.beam:.1f}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
