"""Where a model looks: greedy attention on its example sentences, as one picture. `python -m docs.heatmaps [MODEL]`

Writes docs/MODEL-attention.png (by default the one of en-fr): a row is an output token, a column a source token; the
darker a cell, the more was read there.
"""

import sys
from pathlib import Path

import altair as alt
import vl_convert

import s2s_core as s2s
from s2s_ui.charts import tokens
from s2s_ui.charts.attention import weight_frame
from s2s_ui.charts.theme import Palette, altair_config, palette

ROOT = Path(__file__).parents[1]
CELL, COLUMNS, SENTENCES = 26, 2, 10  # pixels, pictures side by side, pictures at most
SCALE = 1.2  # pixels of the file to one of the page


def main() -> None:
    """Write the picture."""
    name = sys.argv[1] if len(sys.argv) > 1 else "en-fr"
    model, colours = s2s.load(name), palette(dark=False)
    traces = [model.trace(text) for text in model.info.examples[:SENTENCES]]
    grid = alt.concat(*(heatmap(trace, colours) for trace in traces), columns=COLUMNS, spacing=44)
    specification = grid.configure(**altair_config(colours)).properties(background=colours.panel, padding=24).to_dict()
    path = ROOT / "docs" / f"{name}-attention.png"
    path.write_bytes(vl_convert.vegalite_to_png(specification, scale=SCALE))


def heatmap(trace: s2s.Trace, colours: Palette) -> alt.Chart:
    """The weights (14) of one sentence; the source below, what was written at the left, upwards."""
    read, written = tokens.source(trace), tokens.target(trace)
    ramp = colours.attention()
    frame = weight_frame(trace)
    frame = frame.assign(colour=[ramp.colour(weight) for weight in frame["α"]])
    beside = tokens.axis(written, colours, orient="left")
    beside["labelAngle"] = 0
    below = tokens.axis(read, colours)
    below["labelOverlap"] = beside["labelOverlap"] = False
    return (
        alt.Chart(frame, title=alt.TitleParams(f"{trace.text}  →  {trace.output}", anchor="start", offset=10))
        .mark_rect(stroke=colours.line2)
        .encode(
            x=alt.X("position:O", axis=below),
            y=alt.Y("step:O", axis=beside, sort="descending"),
            color=alt.Color("colour:N", scale=None),
        )
        .properties(width=CELL * len(read), height=CELL * len(written))
    )


if __name__ == "__main__":
    main()
