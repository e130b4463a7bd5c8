"""The request of a view, from which its traces are computed."""

from s2s_ui.session import caches
from s2s_ui.session.address import View
from s2s_ui.session.request import Request


def asked(view: View) -> Request:
    """The request of a view. Defaults are the first model and its first example.

    Raises:
        S2SError: if the model cannot be loaded.
    """
    name = view.model or caches.default()
    return Request(
        model=name,
        text=caches.example(name) if view.text is None else view.text,
        peepholes=view.peepholes or not caches.has_peepholes(name),
        forced=view.forcing,
        reference=view.reference,
        edits=view.edits,
        calibrated="calibrated" in dict(view.options),
    )
