"""Two losses: cross-entropy with label smoothing and an explicit gradient, and cross-entropy of attention with links.

The first gives the same numbers as `torch.nn.functional.cross_entropy`, but faster. With a small cell, tensors of
[tokens, vocabulary] are the largest of a training step. Here the gradient overwrites the probabilities, and every
exponential is computed only once.
"""

from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.autograd.function import once_differentiable


def cross_entropy(
    logits: Float[Tensor, "tokens vocab"], targets: Int[Tensor, " tokens"], *, label_smoothing: float = 0.0
) -> Float[Tensor, ""]:
    """The mean of -Σ_v q_v log p_v in nats. q is 1 - ``label_smoothing`` on the target; the rest is spread evenly.

    It is computed in float32, whatever the dtype of the logits. Label smoothing: Szegedy et al. 2016, section 7.
    """
    loss: Tensor = _CrossEntropy.apply(logits, targets, label_smoothing)  # type: ignore[no-untyped-call]
    return loss


def misaligned(scores: Float[Tensor, "tokens src_len"], links: Float[Tensor, "tokens src_len"]) -> Float[Tensor, ""]:
    """The mean over all tokens of -Σ_j links_j log α_j in nats, α being the softmax (14); 0 for a token without links.

    ``scores`` are -inf on padding, where there are no links.
    """
    log_weights = torch.log_softmax(scores.float(), dim=-1)
    return -torch.where(links > 0, links * log_weights, 0).sum() / len(links)


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
        probs = torch.softmax(logits, dim=-1, dtype=torch.float32)
        # log Σ exp, from the one log probability of each row that is never far from 0
        total = logits.amax(dim=-1).float() - probs.amax(dim=-1).log()
        of_targets = logits.gather(1, targets.unsqueeze(1)).float().squeeze(1) - total
        of_all = logits.mean(dtype=torch.float32) - total.mean()
        ctx.save_for_backward(probs, targets)
        ctx.smoothing, ctx.dtype = smoothing, logits.dtype
        return -((1 - smoothing) * of_targets.mean() + smoothing * of_all)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor, None, None]:
        """(p - q) / tokens. It overwrites p, so it can be computed only once."""
        probs, targets = ctx.saved_tensors
        tokens, vocabulary = probs.shape
        scale = outer[0].item() / tokens
        evenly = probs.new_tensor(-scale * ctx.smoothing / vocabulary)
        gradient = torch.add(evenly, probs, alpha=scale, out=probs)
        gradient[torch.arange(tokens, device=targets.device), targets] -= scale * (1 - ctx.smoothing)
        return gradient.to(ctx.dtype), None, None
