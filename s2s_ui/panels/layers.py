"""Which layer of a model's cells a page is about: the choice where there are several, and its name."""

from collections.abc import Callable

import streamlit as st

from s2s_core.analysis.layers import place
from s2s_ui.session import state
from s2s_ui.session.i18n import _


def linked() -> int | None:
    """The layer that the view looks at, from 1; None is the top one."""
    layer = state.option("layer")
    return int(layer) if layer else None


def turned(stage: str) -> Callable[[], None]:
    """The callback of a stage on which the reader turned to another layer; 0 is the top one."""

    def take() -> None:
        layer = state.component_value(stage, "layer")
        state.choose(layer=str(layer) if isinstance(layer, int) and 0 < layer < 100 else None)

    return take


def chosen(count: int) -> int | None:
    """The layer that the view looks at, from 0, of a part with so many; None where there is but one."""
    return min(linked() or count, count) - 1 if count > 1 else None


def switch(count: int) -> None:
    """The choice, where there are several layers."""
    layer = chosen(count)
    if layer is None:
        return
    st.segmented_control(
        _("Layer"),
        [str(layer + 1) for layer in range(count)],
        required=True,
        **state.bind_option("layer", str(layer + 1), forget=("unit",)),
    )


def named(layer: int | None, count: int) -> str:
    """A layer, from 0, as people count it: "layer 1 of 2"; "" where there is but one."""
    return "" if layer is None or count < 2 else _("layer {k} of {n}").format(k=place(layer, count) + 1, n=count)


def with_layer(name: str, layer: int | None, count: int) -> str:
    """A name of something, and of which layer it is."""
    return " · ".join(filter(None, (name, named(layer, count))))
