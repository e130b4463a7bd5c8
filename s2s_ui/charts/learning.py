"""How attention develops: a model's attention at several points of its training, all of them small and one large.

The large one is chosen in the browser, with the slider or by a click on a small one.
"""

from collections.abc import Sequence
from itertools import product

import altair as alt
import pandas as pd

from s2s_core.checkpoint import Snapshot
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.sheet import FLUSH, Sheet, row_of
from s2s_ui.charts.theme import LABEL_SIZE, LEGEND_SIZE, Palette
from s2s_ui.locales import Translate
from s2s_ui.stage.printed import printed

WIDTH = 1200.0  # of the sheet, in its own columns
SMALL, GAP = 76, 10  # pixels: the height of a small matrix; columns between two of them
NOTE = 17  # pixels: a line of words
ROW = 22  # pixels: a step in the large matrix
LABELS, LARGE, BARS = 130.0, 560.0, 150.0  # columns: the labels, the large matrix, the bars next to it


def learning_frame(snapshots: Sequence[Snapshot], number: int, _: Translate = str) -> pd.DataFrame:
    """One row per snapshot and cell of the attention matrix of specimen `number`, teacher-forced (18)."""
    rows = []
    for place, snapshot in enumerate(snapshots):
        specimen = snapshot.specimens[number]
        decoding = specimen.forced
        assert decoding.weights is not None, "a model without attention looks nowhere"
        for step, position in product(range(len(decoding.tgt_tokens)), range(len(decoding.src_tokens))):
            rows.append(
                {
                    "snapshot": place + 1,
                    "update": snapshot.step,
                    "loss": round(snapshot.loss, 4),
                    "output": specimen.output,
                    "step": step,
                    "token": printed(decoding.tgt_tokens[step], _),
                    "p": round(float(decoding.probabilities[step]), 4),
                    "position": position,
                    "source": printed(decoding.src_tokens[position], _),
                    "α": round(float(decoding.weights[step, position]), 4),
                }
            )
    return pd.DataFrame(rows)


def learning(
    snapshots: Sequence[Snapshot],
    number: int,
    palette: Palette,
    _: Translate,
    *,
    first: int | None = None,
) -> Layers:
    """The weights (14) of one specimen at every snapshot; for the chosen one also the probability of each right token.

    The slider begins at snapshot `first`, counted from 1; None: at the last one.
    """
    frame = learning_frame(snapshots, number, _)
    source, target = _tokens(frame, "position", "source"), _tokens(frame, "step", "token")
    top = SMALL + 3.5 * NOTE  # of the large matrix
    sheet = Sheet(WIDTH, top + len(target) * ROW + 2.5 * NOTE)
    chosen = alt.selection_point(
        name="snapshot",
        fields=["snapshot"],
        value=first or len(snapshots),
        bind=alt.binding_range(min=1, max=len(snapshots), step=1, name=_("Point of the training")),
        clear=False,
        empty=False,
    )
    cells = frame[["snapshot", "update", "step", "token", "position", "source", "α"]]
    written = frame.drop_duplicates(["snapshot", "step"])[["snapshot", "step", "token", "p"]]
    points = frame.drop_duplicates("snapshot")[["snapshot", "update", "loss", "output"]]
    return Layers(
        *_small(sheet, cells, points, (len(source), len(target)), palette, chosen),
        *_large(sheet, cells, (len(source), len(target)), top, palette, chosen),
        *_probabilities(sheet, written, len(target), top, palette, chosen),
        *_written(sheet, points, top, palette, _, chosen),
        *_named(sheet, source, target, top, palette, _),
        height=sheet.height,
        padding=FLUSH,
    )


def _small(
    sheet: Sheet,
    cells: pd.DataFrame,
    points: pd.DataFrame,
    shape: tuple[int, int],
    palette: Palette,
    chosen: alt.Parameter,
) -> list[alt.Chart]:
    """All snapshots in a row, with the number of updates below; a click chooses one."""
    across, down = (WIDTH / len(points) - GAP) / shape[0], SMALL / shape[1]
    left = f"(datum.snapshot - 1) * {WIDTH / len(points)} + {GAP / 2}"
    matrices = (
        _placed(sheet.boxes(cells), f"{left} + datum.position * {across}", across, _row(shape[1], down), down)
        .mark_rect()
        .encode(color=_colour(palette))
    )
    whole = _placed(sheet.boxes(points), left, across * shape[0], "0", SMALL)
    here = alt.when(chosen).then(alt.value(2.5)).otherwise(alt.value(1))
    edge = alt.when(chosen).then(alt.value(palette.decoder)).otherwise(alt.value(palette.line))
    frames = (
        whole.mark_rect(fillOpacity=0, cursor="pointer")
        .encode(stroke=edge, strokeWidth=here, tooltip=["update", alt.Tooltip("loss:Q", format=".2f"), "output"])
        .add_params(chosen)
    )
    centred = [
        {"x": (place + 0.5) * WIDTH / len(points), "y": SMALL + NOTE, "text": f"{step:,}", "snapshot": place + 1}
        for place, step in enumerate(points["update"])
    ]
    ink = alt.when(chosen).then(alt.value(palette.decoder)).otherwise(alt.value(palette.ink3))
    return [matrices, frames, sheet.text(centred, fontSize=LEGEND_SIZE).encode(color=ink)]


def _large(
    sheet: Sheet, cells: pd.DataFrame, shape: tuple[int, int], top: float, palette: Palette, chosen: alt.Parameter
) -> list[alt.Chart]:
    across = LARGE / shape[0]
    placed = _placed(
        sheet.boxes(cells), f"{LABELS} + datum.position * {across}", across, f"{top} + {_row(shape[1], ROW)}", ROW
    )
    said = ["token", "source", alt.Tooltip("α:Q", format=".3f")]
    here = placed.transform_filter(chosen).mark_rect(stroke=palette.line2, strokeWidth=1)
    return [here.encode(color=_colour(palette), tooltip=said)]


def _probabilities(
    sheet: Sheet, written: pd.DataFrame, steps: int, top: float, palette: Palette, chosen: alt.Parameter
) -> list[alt.Chart]:
    """One bar per step: the probability of the right token."""
    left = LABELS + LARGE + 16
    y = f"{top} + {_row(steps, ROW)} + {0.5 * ROW}"
    bars = _placed(sheet.boxes(written), str(left), f"datum.p * {BARS}", f"{y} - 5", 10).transform_filter(chosen)
    numbers = (
        sheet.text(written, align="left", fontSize=LEGEND_SIZE, color=palette.ink2)
        .transform_filter(chosen)
        .transform_calculate(x=f"{left + 6} + datum.p * {BARS}", y=y, text="format(datum.p, '.1%')")
    )
    return [bars.mark_rect(color=palette.ghost).encode(tooltip=["token", alt.Tooltip("p:Q", format=".3f")]), numbers]


def _written(
    sheet: Sheet,
    points: pd.DataFrame,
    top: float,
    palette: Palette,
    _: Translate,
    chosen: alt.Parameter,
) -> list[alt.Chart]:
    """The free output at the chosen snapshot, and the loss on unseen pairs."""
    left = LABELS + LARGE + BARS + 90
    said = [
        (_("update"), "format(datum.update, ',')"),
        (_("loss on unseen pairs (17)"), "format(datum.loss, '.2f')"),
        (_("writes by itself"), "datum.output"),
    ]
    drawn = []
    for number, (name, text) in enumerate(said):
        y = top + number * 2.6 * NOTE
        drawn.append(sheet.text([{"x": left, "y": y, "text": name}], align="left", color=palette.ink3))
        words = sheet.text(
            points, align="left", fontSize=LABEL_SIZE + 2, fontWeight=700, limit=WIDTH - left, color=palette.ink
        )
        drawn.append(words.transform_filter(chosen).transform_calculate(x=str(left), y=str(y + 1.15 * NOTE), text=text))
    return drawn


def _named(
    sheet: Sheet, source: list[str], target: list[str], top: float, palette: Palette, _: Translate
) -> list[alt.Chart]:
    across = LARGE / len(source)
    under = [
        {"x": LABELS + (place + 0.5) * across, "y": top + len(target) * ROW + 6, "text": token}
        for place, token in enumerate(source)
    ]
    before = [
        {"x": LABELS - 8, "y": top + (row_of(row, len(target)) + 0.5) * ROW, "text": token}
        for row, token in enumerate(target)
    ]
    titles = [
        {"x": LABELS, "y": top - NOTE, "text": _("weights α (14), fed the reference")},
        {"x": LABELS + LARGE + 16, "y": top - NOTE, "text": _("p of the right token")},
    ]
    return [
        sheet.text(under, baseline="top", fontSize=LABEL_SIZE, color=palette.ink2),
        sheet.text(before, align="right", fontSize=LABEL_SIZE, color=palette.ink2),
        sheet.text(titles, align="left", fontWeight=700, fontSize=LABEL_SIZE),
    ]


def _placed(chart: alt.Chart, x: str, width: float | str, y: str, height: float) -> alt.Chart:
    """Boxes whose positions the browser computes, so only four numbers are sent for each cell."""
    return chart.transform_calculate(x=x, x2=f"{x} + {width}", y=y, y2=f"{y} + {height}")


def _row(steps: int, height: float) -> str:
    """The expression by which the browser computes the top of a step's row."""
    return f"({row_of(0, steps)} - datum.step) * {height}"


def _colour(palette: Palette) -> alt.Color:
    return alt.Color("α:Q", scale=palette.attention().altair(), legend=None)


def _tokens(frame: pd.DataFrame, place: str, token: str) -> list[str]:
    """The tokens along one side of the matrix, in their order."""
    return list(frame.drop_duplicates(place).sort_values(place)[token])
