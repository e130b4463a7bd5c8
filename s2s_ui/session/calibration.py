"""The stage's switch that divides the logits by a temperature, for a model whose calibration this improves."""

from s2s_ui.locales import Translate
from s2s_ui.session import caches
from s2s_ui.session.request import Request


def setting(request: Request, _: Translate) -> dict[str, object] | None:
    """The stage's setting: whether the trace has the temperature, the button's name and explanation; or None."""
    measured = caches.calibration(request.model)
    if measured is None:
        return None
    said = _(
        "The logits are divided by {temperature} before the softmax (12). On held-out texts the probability of a token "
        "is then {after} points off how often it is right, not {before}. No answer changes."
    )
    temperature = f"{measured.temperature:.2f}"
    figures = {"before": f"{measured.error:.1f}", "after": f"{measured.scaled_error:.1f}"}
    return {
        "on": request.calibrated,
        "label": _("logits / {temperature}").format(temperature=temperature),
        "said": said.format(temperature=temperature, **figures),
    }
