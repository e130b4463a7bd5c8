"""The gradient's way back: backpropagation through time (Werbos 1990), of one output's loss or of all of them.

`trace_back` runs a model forward, teacher-forced (18), in float64, and follows the loss back to every state and every
input. PyTorch's autograd computes the adjoint of every quantity; `paths` writes out by which paths it came, as the
equations have them: along the cell state (4), through each gate, through the peepholes (1), (2), (5), through the
attention (13)-(15). The paths' vectors add up to the gradient, which the tests check.

`cell_jacobian` is one step of it, ∂c_t/∂c_{t-1} with its terms; `decay` is the size of the gradient against the number
of steps that it went back (Hochreiter 1991; Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013).
"""

from s2s_core.gradients.backward import trace_back
from s2s_core.gradients.decay import Decay, decay
from s2s_core.gradients.forward import Run, run_forward
from s2s_core.gradients.jacobian import Jacobian, cell_jacobian
from s2s_core.gradients.records import Flow, Gradients, shares, sizes

__all__ = [
    "Decay",
    "Flow",
    "Gradients",
    "Jacobian",
    "Run",
    "cell_jacobian",
    "decay",
    "run_forward",
    "shares",
    "sizes",
    "trace_back",
]
