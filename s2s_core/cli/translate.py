"""`translate`: texts in, texts out."""

import sys
from typing import Annotated, Any

import typer

from s2s_core import checkpoint
from s2s_core.cli.options import Amp, Device, Json, Model, mixed_precision
from s2s_core.cli.output import print_json
from s2s_core.errors import DataError, S2SError
from s2s_core.translator import Translator


def translate_command(
    texts: Annotated[list[str] | None, typer.Argument(help="Texts; without any, lines are read from stdin.")] = None,
    model: Model = "dates",
    beam: Annotated[int, typer.Option(min=1, help="Width of the beam; 1 is greedy.")] = 1,
    length_penalty: Annotated[float, typer.Option(min=0.0, help="Of beam search; 0 is none.")] = 0.0,
    json: Json = False,
    device: Device = "auto",
    amp: Amp = "off",
) -> None:
    """Translate texts, one output a line. An empty line stays one.

    With `--json` and a beam, every hypothesis of the beam is listed, best first.

    Examples:
    - `python -m s2s_core translate "March 8, 2025" "8. März 2025"`
    - `cat dates.txt | python -m s2s_core translate --model dates --beam 5`
    - `python -m s2s_core translate "8 mars 2025" --beam 3 --json`
    """
    translator = checkpoint.load(model, device=device)
    given = texts or _lines(translator)
    wanted = [text for text in given if texts or text.strip()]
    with mixed_precision(translator, amp):
        if json and beam > 1:
            print_json([_hypotheses(translator, text, beam, length_penalty) for text in given if text.strip()])
            return
        outputs = iter(translator.translate(wanted, beam_size=beam, length_penalty=length_penalty))
    if json:
        print_json([{"text": text, "output": next(outputs)} for text in wanted])
    else:
        typer.echo("\n".join(next(outputs) if texts or text.strip() else "" for text in given))


def _lines(translator: Translator) -> list[str]:
    """The lines of stdin, each checked, so that an error names its line."""
    if sys.stdin.isatty():
        raise typer.BadParameter("give at least one text, or pipe lines into stdin", param_hint="TEXTS")
    lines = sys.stdin.read().splitlines()
    for number, line in enumerate(lines, start=1):
        try:
            translator.encode((line.strip() and line) or "x")
        except S2SError as error:
            raise DataError(f"line {number}: {error}") from error
    return lines


def _hypotheses(translator: Translator, text: str, beam: int, length_penalty: float) -> dict[str, Any]:
    found = translator.search(text, beam_size=beam, length_penalty=length_penalty).hypotheses
    decoded = [
        {
            "output": translator.tgt_tokenizer.decode(hypothesis.ids),
            "log_prob": hypothesis.log_prob,
            "score": hypothesis.score,
            "finished": hypothesis.finished,
        }
        for hypothesis in found
    ]
    return {"text": text, "output": decoded[0]["output"], "hypotheses": decoded}
