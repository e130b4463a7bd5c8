"""The palettes and scales of the design for Altair and Plotly; equal numbers have the same colour as on the stage.

Zero has the colour of the background; a stronger colour means more, on every scale. Colours are mixed linearly in sRGB,
states at |v|^.65 and attention at v^.7, as in stage/colour.js. Blue and red, and grey and purple, can be distinguished
with every kind of colour blindness.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import altair as alt
import numpy as np
import plotly.graph_objects as go

FONT = "'Noto Sans KR', system-ui, sans-serif"
SYMBOLS = "'STIX Two Text', Cambria, 'Noto Serif', Georgia, serif"  # in italics
LEGEND_SIZE, LABEL_SIZE, CONTROL_SIZE = 12, 13, 14
LEVELS = 16  # colours of a ramp on each side of zero; between them it is linear


@dataclass(frozen=True, slots=True)
class Ramp:
    """A scale from numbers to colours, linear between its stops; beyond its ends it keeps their colour."""

    stops: tuple[tuple[float, str], ...]  # number and colour, ascending

    @property
    def low(self) -> float:
        return self.stops[0][0]

    @property
    def high(self) -> float:
        return self.stops[-1][0]

    def colour(self, value: float) -> str:
        """The colour of one number."""
        return self.colours([value])[0]

    def colours(self, values: Iterable[float]) -> list[str]:
        """The colours of many numbers."""
        numbers, hexes = zip(*self.stops, strict=True)
        channels = np.array([_channels(colour) for colour in hexes])
        found = np.array(list(values), dtype=float)
        mixed = np.stack([np.interp(found, numbers, channel) for channel in channels.T], axis=1).round().astype(int)
        return [f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in mixed.tolist()]

    def altair(self) -> alt.Scale:
        """For a colour channel: `alt.Color("value:Q", scale=ramp.altair())`."""
        return alt.Scale(
            type="linear", domain=[number for number, _ in self.stops], range=[c for _, c in self.stops], clamp=True
        )

    def plotly(self) -> dict[str, Any]:
        """For a trace: `go.Heatmap(z=..., **ramp.plotly())`."""
        span = self.high - self.low
        stops = [[(number - self.low) / span, colour] for number, colour in self.stops]
        return {"colorscale": stops, "zmin": self.low, "zmax": self.high}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colour tokens of one theme. Accents frame, scales fill; never swap."""

    bg: str
    panel: str
    ink: str
    ink2: str
    ink3: str
    line: str
    line2: str
    ghost: str
    forward: str
    forward_tint: str
    backward: str
    backward_tint: str
    decoder: str
    decoder_tint: str
    warn: str
    warn_tint: str
    state_ends: tuple[str, str, str]
    gate_ends: tuple[str, str]
    attention_ends: tuple[str, str]

    def accent(self, part: str) -> str:
        """The accent of "forward", "backward" or "decoder"."""
        return {"forward": self.forward, "backward": self.backward, "decoder": self.decoder}[part]

    def tint(self, part: str) -> str:
        """The tint of "forward", "backward" or "decoder"."""
        return {"forward": self.forward_tint, "backward": self.backward_tint, "decoder": self.decoder_tint}[part]

    def state(self, limit: float = 1.0) -> Ramp:
        """States, scores, differences: -limit..limit around zero."""
        below, zero, above = self.state_ends
        negative = [(-limit * number, colour) for number, colour in _curve(zero, below, 0.65)]
        positive = [(limit * number, colour) for number, colour in _curve(zero, above, 0.65)]
        return Ramp((*reversed(negative[1:]), *positive))

    def gate(self) -> Ramp:
        """Gates and shares: 0..1."""
        return Ramp(_curve(*self.gate_ends, 1.0))

    def attention(self) -> Ramp:
        """Attention weights: 0..1."""
        return Ramp(_curve(*self.attention_ends, 0.7))

    def of(self, quantity: str, limit: float = 1.0) -> Ramp:
        """The scale of a cell's quantity by its name."""
        return self.gate() if quantity.endswith("_gate") else self.state(limit)


LIGHT = Palette(
    bg="#FFFFFF",
    panel="#F7F8FA",
    ink="#14181F",
    ink2="#4A5361",
    ink3="#636D7B",
    line="#D9DEE5",
    line2="#EBEEF2",
    ghost="#C6CDD6",
    forward="#00766C",
    forward_tint="#E0F1EF",
    backward="#B45309",
    backward_tint="#FDF5EC",
    decoder="#6D3FC4",
    decoder_tint="#EEE8FA",
    warn="#B42318",
    warn_tint="#FDECEA",
    state_ends=("#2166AC", "#F4F4F2", "#B2182B"),
    gate_ends=("#FFFFFF", "#1F2937"),
    attention_ends=("#FFFFFF", "#6D3FC4"),
)
DARK = Palette(
    bg="#0F141B",
    panel="#161C25",
    ink="#F2F5F9",
    ink2="#BAC4D0",
    ink3="#97A3B2",
    line="#2E3845",
    line2="#212A35",
    ghost="#3D4856",
    forward="#3CC9B8",
    forward_tint="#10302F",
    backward="#F0A04B",
    backward_tint="#38270F",
    decoder="#B69CFF",
    decoder_tint="#2A2247",
    warn="#FF9B8E",
    warn_tint="#3A1B18",
    state_ends=("#6FB1F2", "#232B36", "#FF8A7A"),
    gate_ends=("#1A212B", "#F2F5F9"),
    attention_ends=("#161C25", "#B69CFF"),
)


def palette(dark: bool) -> Palette:
    """The palette of a theme; a page asks `layout.dark()`."""
    return DARK if dark else LIGHT


def mix(start: str, end: str, share: float) -> str:
    """The colour at `share` of the way from one to the other, linear in sRGB."""
    channels = zip(_channels(start), _channels(end), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in channels)


def altair_config(palette: Palette) -> dict[str, Any]:
    """The `config` of a Vega-Lite specification: the fonts and lines of the design, without decoration.

    A screen reader reads a picture's name and its table (see figure.py), not each of its marks.
    """
    labels = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": LEGEND_SIZE, "titleFontSize": LEGEND_SIZE}
    return {
        "aria": False,
        "mark": {"aria": False},
        "background": palette.bg,
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            **labels,
            "labelColor": palette.ink3,
            "titleColor": palette.ink2,
            "titleFontWeight": "normal",
            "domainColor": palette.line,
            "tickColor": palette.line,
            "gridColor": palette.line2,
        },
        "axisBand": {"labelAngle": 0},
        "legend": {**labels, "labelColor": palette.ink2, "titleColor": palette.ink2, "titleFontWeight": "normal"},
        "header": {**labels, "labelColor": palette.ink2, "titleColor": palette.ink2, "titleFontWeight": "normal"},
        "title": {"font": FONT, "fontSize": LABEL_SIZE, "color": palette.ink, "fontWeight": 700, "anchor": "start"},
        "text": {"font": FONT, "fontSize": LEGEND_SIZE, "color": palette.ink},
        "rule": {"color": palette.line},
        "line": {"color": palette.ink, "strokeWidth": 1.6},
        "bar": {"color": palette.ink2},
        "rect": {"color": palette.ink2},
        "point": {"color": palette.ink, "filled": True},
    }


@cache
def on_paper() -> dict[str, Any]:
    """Each colour of the dark palette with its light one, and the ends of the scales in both; see shell/paper.js."""
    dark, light = asdict(DARK), asdict(LIGHT)
    tokens = {dark[name]: light[name] for name, colour in dark.items() if isinstance(colour, str)}
    (below, zero, above), (low, middle, high) = DARK.state_ends, LIGHT.state_ends
    scales = [(zero, below, middle, low), (zero, above, middle, high)]
    scales += [(*getattr(DARK, name), *getattr(LIGHT, name)) for name in ("gate_ends", "attention_ends")]
    return {"tokens": tokens, "scales": scales}


@cache
def plotly_template(palette: Palette) -> go.layout.Template:
    """The template of a Plotly figure: the same fonts and lines."""
    axis = {
        "gridcolor": palette.line2,
        "linecolor": palette.line,
        "zerolinecolor": palette.line,
        "tickcolor": palette.line,
        "tickfont": {"color": palette.ink3, "size": LEGEND_SIZE},
        "title": {"font": {"color": palette.ink2, "size": LEGEND_SIZE}},
    }
    scene_axis = {**axis, "backgroundcolor": palette.panel, "showbackground": True}
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": LEGEND_SIZE, "color": palette.ink},
            "paper_bgcolor": palette.bg,
            "plot_bgcolor": palette.bg,
            "colorway": [palette.forward, palette.backward, palette.decoder, palette.ink3],
            "hoverlabel": {
                "bgcolor": palette.panel,
                "bordercolor": palette.line,
                "font": {"family": FONT, "color": palette.ink},
            },
            "legend": {"font": {"color": palette.ink2, "size": LEGEND_SIZE}},
            "margin": {"l": 0, "r": 0, "t": 24, "b": 0},
            "xaxis": axis,
            "yaxis": axis,
            "scene": {"xaxis": scene_axis, "yaxis": scene_axis, "zaxis": scene_axis},
        }
    )


@cache
def _curve(start: str, end: str, power: float) -> tuple[tuple[float, str], ...]:
    """Numbers from 0 to 1 with their colours, which are at number ** power of the way and at equal distances."""
    shares = [level / LEVELS for level in range(LEVELS + 1)]
    return tuple((share ** (1 / power), mix(start, end, share)) for share in shares)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
