"""Gradients through time: backpropagation through time (Werbos 1990) of the loss of one output, or of all outputs.

`trace_back` runs a model forward, teacher-forced (18), in float64, and computes the gradient of the loss with respect
to every state and input. PyTorch's autograd computes the adjoint of every quantity. `paths` splits it into the paths of
the equations: along the cell state (4), through each gate, through the peepholes (1), (2), (5), and through the
attention (13)-(15). The vectors of all paths add up to the gradient; the tests check this.

`cell_jacobian` is one step, ∂c_t/∂c_{t-1}, with its terms. `decay` is the size of the gradient as a function of the
number of steps back (Hochreiter 1991; Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013).
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
