"""`translate`: translate texts or the lines of standard input."""

import io
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any

import typer

from s2s_core import checkpoint
from s2s_core.cli.lines import lines, on_one_line
from s2s_core.cli.options import Amp, Beam, Device, Json, Model, mixed_precision
from s2s_core.cli.output import print_json, print_remarks
from s2s_core.errors import DataError, S2SError
from s2s_core.tokenizer import is_blank
from s2s_core.translator import Answer, Translator

AT_ONCE = 256  # texts translated at a time: their outputs are printed before the next ones are translated


def translate_command(
    texts: Annotated[list[str] | None, typer.Argument(help="Texts; without any, lines are read from stdin.")] = None,
    model: Model = "dates",
    beam: Beam = 1,
    length_penalty: Annotated[float, typer.Option(min=0.0, help="Of beam search; 0 is none.")] = 0.0,
    json: Json = False,
    device: Device = "auto",
    amp: Amp = "off",
) -> None:
    """Translate texts, one output a line.

    Input lines are UTF-8 and end with a line feed, or a carriage return and a line feed. An empty line gives an empty
    line. Remarks (characters that the model has never seen, an output that is cut off) go to stderr; with `--json`,
    they come with each output. With `--json` and a beam, all hypotheses are listed, best first.

    Examples:
    - `python -m s2s_core translate "March 8, 2025" "8. März 2025"`
    - `cat dates.txt | python -m s2s_core translate --model dates --beam 5`
    - `python -m s2s_core translate "8 mars 2025" --beam 3 --json`
    """
    translator = checkpoint.load(model, device=device)
    given = texts or _lines(translator)
    n_best = beam if json else 1
    ask = partial(translator.answers, beam_size=beam, length_penalty=length_penalty, n_best=n_best)
    answers: list[Answer] = []
    with mixed_precision(translator, amp):
        for first in range(0, len(given), AT_ONCE):
            found = _answers(ask, given[first : first + AT_ONCE], blank_lines=not texts)
            answers += found
            if not json:
                typer.echo("".join(f"{on_one_line(answer.output)}\n" for answer in found), nl=False)
    if json:
        print_json([_as_json(translator, answer, beam) for answer in answers])
    else:
        _print_remarks(answers, "text" if texts else "line")


def _answers(ask: Callable[[list[str]], list[Answer]], given: Sequence[str], *, blank_lines: bool) -> list[Answer]:
    """The answer to each text; with ``blank_lines``, a blank line gets an empty answer."""
    blank = [blank_lines and is_blank(text) for text in given]
    found = iter(ask([text for text, empty in zip(given, blank, strict=True) if not empty]))
    return [Answer(text, "", (), ()) if empty else next(found) for text, empty in zip(given, blank, strict=True)]


def _lines(translator: Translator) -> list[str]:
    """The lines of stdin. Each is checked, so that an error can name its line."""
    if sys.stdin is None or sys.stdin.isatty():
        raise typer.BadParameter("give at least one text, or pipe lines into stdin", param_hint="TEXTS")
    stream = getattr(sys.stdin, "buffer", None)  # a text stream in place of stdin may have none
    found = []
    for number, line in enumerate(lines(stream or io.BytesIO(sys.stdin.read().encode())), start=1):
        if not is_blank(line):
            try:
                translator.encode(line)
            except S2SError as error:
                raise DataError(f"line {number}: {error}") from error
        found.append(line)
    return found


def _print_remarks(answers: Sequence[Answer], of: str) -> None:
    alone = of == "text" and len(answers) == 1
    for number, answer in enumerate(answers, start=1):
        print_remarks(answer.remarks, place="" if alone else f"{of} {number}")


def _as_json(translator: Translator, answer: Answer, beam: int) -> dict[str, Any]:
    entry: dict[str, Any] = {"text": answer.text, "output": answer.output}
    if beam > 1:
        entry["hypotheses"] = [
            {
                "output": translator.tgt_tokenizer.decode(hypothesis.ids),
                "log_prob": hypothesis.log_prob,
                "score": hypothesis.score,
                "finished": hypothesis.finished,
            }
            for hypothesis in answer.hypotheses
        ]
    return entry | {"remarks": [remark.to_json() for remark in answer.remarks]}
