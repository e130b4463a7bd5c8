"""The loss and its gradient are those of torch.nn.functional.cross_entropy, in the memory of one array."""

import pytest
import torch
from torch.nn import functional as F

from s2s_core.loss import cross_entropy

TOKENS, VOCABULARY = 23, 57


def both(dtype, smoothing, *, size=3.0):
    """Loss and gradient, ours and the library's."""
    generator = torch.Generator().manual_seed(1)
    start = (size * torch.randn(TOKENS, VOCABULARY, generator=generator)).to(dtype)
    targets = torch.randint(VOCABULARY, (TOKENS,), generator=generator)
    results = []
    for loss in (
        lambda x: cross_entropy(x, targets, label_smoothing=smoothing),
        lambda x: F.cross_entropy(x.float(), targets, label_smoothing=smoothing),
    ):
        logits = start.clone().requires_grad_()
        value = loss(logits)
        (3 * value).backward()
        results.append((value.detach(), logits.grad))
    return results


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_loss_and_gradient_are_the_librarys(dtype, smoothing):
    (loss, gradient), (known_loss, known_gradient) = both(dtype, smoothing)
    assert loss.dtype == torch.float32 and gradient.dtype == dtype
    torch.testing.assert_close(loss, known_loss, rtol=1e-6, atol=0)
    torch.testing.assert_close(gradient, known_gradient, rtol=1e-5 if dtype == torch.float32 else 0.01, atol=1e-8)


def test_logits_far_apart_overflow_nowhere():
    (loss, gradient), (known_loss, known_gradient) = both(torch.float32, 0.1, size=1e4)
    torch.testing.assert_close(loss, known_loss, rtol=1e-6, atol=0)
    torch.testing.assert_close(gradient, known_gradient, rtol=1e-5, atol=1e-8)


def test_a_second_pass_backwards_is_refused_not_wrong():
    logits = torch.randn(TOKENS, VOCABULARY, requires_grad=True)
    loss = cross_entropy(logits, torch.zeros(TOKENS, dtype=torch.long))
    loss.backward(retain_graph=True)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
