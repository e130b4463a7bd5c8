"""Charts drawn on top of each other in one view."""

from collections.abc import Mapping
from typing import Any

import altair as alt


class Layers:
    """Altair charts, the first one at the bottom. A selection in one chart applies to all of them.

    The result is that of `alt.layer` for charts with their own data. But `alt.layer` copies each chart about ten times
    to find common parts, which took two fifths of a run of the page Attention. Here each chart is converted once.
    """

    def __init__(self, *charts: alt.Chart, height: float, padding: float | Mapping[str, float] | None = None) -> None:
        """Args: height and padding in pixels, as of `alt.Chart`; without a padding it is the page's own."""
        self.charts, self.height, self.padding = charts, height, padding

    def to_dict(self, validate: bool = True) -> dict[str, Any]:
        """The specification in Vega-Lite.

        Raises:
            jsonschema.ValidationError: if it is not one (with `validate`).
        """
        data: dict[str, Any] = {}
        views: list[dict[str, Any]] = []
        parameters: dict[str, dict[str, Any]] = {}
        for number, chart in enumerate(self.charts):
            view = chart.to_dict(validate=False, context={"datasets": data, "top_level": False})
            for parameter in view.pop("params", ()):
                if parameter["name"] in parameters:  # Vega-Lite has each in one view only: the first
                    continue
                if "select" in parameter:
                    parameter["views"] = [view.setdefault("name", f"view_{number}")]
                parameters[parameter["name"]] = parameter
            views.append(view)
        specification: dict[str, Any] = {"$schema": alt.SCHEMA_URL, "layer": views, "height": self.height}
        if self.padding is not None:
            specification["padding"] = self.padding
        if parameters:
            specification["params"] = list(parameters.values())
        if validate:
            alt.TopLevelLayerSpec.validate(specification)
        if data:
            specification["datasets"] = data
        return specification
