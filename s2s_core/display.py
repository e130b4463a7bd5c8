"""`s2s_core.show`: display a trace in a notebook, in English or Korean, if wanted together with a second trace."""

from dataclasses import dataclass

from s2s_core.described import short
from s2s_core.errors import InvalidConfig, UnknownName, shown
from s2s_core.screen import screen
from s2s_core.trace import Trace


@dataclass(frozen=True, eq=False, kw_only=True)
class Shown:
    """The object that a notebook displays as the stage or, if no screen is installed, as text."""

    trace: Trace
    beside: Trace | None
    original: bool
    language: str
    step: str | None

    def __repr__(self) -> str:
        if self.beside is None:
            return repr(self.trace)
        return f"{self.trace!r}\n{'before the edits' if self.original else 'beside it'}:\n{self.beside!r}"

    def _repr_html_(self) -> str | None:
        """The stage; None if no screen is installed, then a notebook shows the text."""
        drawn = screen()
        if drawn is None:
            return None
        return drawn.html(
            self.trace, beside=self.beside, original=self.original, language=self.language, step=self.step
        )


def show(
    trace: Trace,
    *,
    beside: Trace | None = None,
    original: bool | None = None,
    language: str = "en",
    step: int | str | None = None,
) -> Shown:
    """Display a trace in a notebook. Without options, `trace` as the last line of a cell does the same in English.

    Args:
        trace: the trace on the stage.
        beside: another run of the same text through a model of the same sizes, such as the free run to a forced one, or
            the run before the edits. The key F switches between the two.
        original: whether ``beside`` is the run before the edits; None: yes if the edits of the two differ.
        language: "en" or "ko".
        step: the step shown first, counted from 1 as on the slider; "17.2" is the second part of step 17.

    Raises:
        InvalidConfig: if the arguments are not traces of one text, or there is no such step.
        UnknownName: for a language that the screen does not have.
    """
    _check(trace, beside)
    drawn = screen()
    if drawn is not None and language not in drawn.LANGUAGES:
        raise UnknownName("language", shown(language), tuple(drawn.LANGUAGES))
    if original is None:
        original = beside is not None and trace.edits != beside.edits
    return Shown(trace=trace, beside=beside, original=original, language=language, step=_step(step))


def _check(trace: Trace, beside: Trace | None) -> None:
    for name, value in (("trace", trace), ("beside", beside)):
        if not isinstance(value, Trace) and (name == "trace" or value is not None):
            raise InvalidConfig(f"{name} is {shown(short(value))}, must be a Trace")
    if beside is None:
        return
    if (trace.text, trace.src_tokens) != (beside.text, beside.src_tokens):
        raise InvalidConfig(
            f"beside is a trace of {short(beside.text)}, must be one of the same text: {short(trace.text)}"
        )
    if _sizes(trace) != _sizes(beside):
        raise InvalidConfig("beside is a trace of a model of other cells or sizes, must be one of the same")


def _sizes(trace: Trace) -> tuple[object, ...]:
    cells = tuple((part, layer, cell.kind, cell.block.shape[2]) for part, layer, cell in trace.cells())
    return cells, trace.context.shape[1], trace.vocabulary, trace.attention is None


def _step(step: object) -> str | None:
    if step is None:
        return None
    text = str(step) if isinstance(step, int | str) and not isinstance(step, bool) else ""
    whole, _, part = text.partition(".")
    if not (whole.isascii() and whole.isdigit() and (part in ("", *"12345"))):
        raise InvalidConfig(f'step is {shown(short(step))}, must be a number from 1, or like "17.2"')
    return text
