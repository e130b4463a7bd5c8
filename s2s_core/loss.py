"""Cross-entropy against smoothed targets, with its gradient written out.

The same numbers as `torch.nn.functional.cross_entropy`. Next to a small cell, arrays of [tokens, vocabulary] are the
largest that a training step touches; here the gradient takes the place of the log probabilities and needs none.
"""

from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.autograd.function import once_differentiable


def cross_entropy(
    logits: Float[Tensor, "tokens vocab"], targets: Int[Tensor, " tokens"], *, label_smoothing: float = 0.0
) -> Float[Tensor, ""]:
    """The mean of -Σ_v q_v log p_v in nats, where q is 1 - ``label_smoothing`` on the target, the rest spread evenly.

    Computed in float32 whatever the logits are. Label smoothing: Szegedy et al. 2016, 7.
    """
    loss: Tensor = _CrossEntropy.apply(logits, targets, label_smoothing)  # type: ignore[no-untyped-call]
    return loss


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
        log_probs = torch.log_softmax(logits.float(), dim=-1)
        ctx.save_for_backward(log_probs, targets)
        ctx.smoothing, ctx.dtype = smoothing, logits.dtype
        of_targets = log_probs.gather(1, targets.unsqueeze(1)).mean()
        return -((1 - smoothing) * of_targets + smoothing * log_probs.mean())

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor, None, None]:
        """(p - q) / tokens, in the memory of log p: a second time there would be nothing left to compute it from."""
        log_probs, targets = ctx.saved_tensors
        tokens, vocabulary = log_probs.shape
        scale = outer[0].item() / tokens
        evenly = log_probs.new_tensor(-scale * ctx.smoothing / vocabulary)
        gradient = torch.add(evenly, log_probs.exp_(), alpha=scale, out=log_probs)
        gradient[torch.arange(tokens, device=targets.device), targets] -= scale * (1 - ctx.smoothing)
        return gradient.to(ctx.dtype), None, None
