"""The layer of cells that a page shows: the control that chooses it, and its name."""

from collections.abc import Callable

import streamlit as st

from s2s_core.analysis.layers import place
from s2s_ui.session import state, widgets
from s2s_ui.session.i18n import _


def linked() -> int | None:
    """The layer of the view, from 1; None is the top one."""
    layer = state.option("layer")
    return int(layer) if layer else None


def turned(stage: str) -> Callable[[], None]:
    """The callback of a stage on which the reader chose another layer; 0 is the top one."""

    def take() -> None:
        layer = widgets.component_value(stage, "layer")
        state.choose(layer=str(layer) if isinstance(layer, int) and 0 < layer < 100 else None)

    return take


def chosen(count: int) -> int | None:
    """The layer of the view, from 0, in a part with ``count`` layers; None if there is only one."""
    return min(linked() or count, count) - 1 if count > 1 else None


def switch(count: int) -> None:
    """The control that chooses a layer, if there are several."""
    layer = chosen(count)
    if layer is None:
        return
    st.segmented_control(
        _("Layer"),
        [str(layer + 1) for layer in range(count)],
        required=True,
        **widgets.bind_option("layer", str(layer + 1), forget=("unit",)),
    )


def named(layer: int | None, count: int) -> str:
    """The name of a layer (from 0), such as "layer 1 of 2"; empty if there is only one."""
    return "" if layer is None or count < 2 else _("layer {k} of {n}").format(k=place(layer, count) + 1, n=count)


def with_layer(name: str, layer: int | None, count: int) -> str:
    """A name, followed by the name of the layer."""
    return " · ".join(filter(None, (name, named(layer, count))))
