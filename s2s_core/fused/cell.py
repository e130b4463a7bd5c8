"""Equations (1)-(6) and their explicit gradients, computed in place for all rows of a step at once.

Autograd allocates a tensor for every operation and a gradient of every weight for every step. Here a step writes its
results where the backward pass reads them, the gates are overwritten with their gradients, and the caller computes the
gradient of a weight as one product over all steps.

Tensors are [rows, size], or [cells, rows, size] where the directions of an encoder are computed together. Matrix
products have the dtype of the weights; sums and gates have the dtype of the rows.
"""

import torch
from torch import Tensor

aten = torch.ops.aten
through_sigmoid, through_tanh = aten.sigmoid_backward.grad_input, aten.tanh_backward.grad_input

Peephole = tuple[Tensor, Tensor] | None  # for each cell [2 H, H] for c_{t-1} and [H, H] for c_t; None: no peepholes


def product_type(x: Tensor) -> torch.dtype:
    """The dtype of matrix products: that of autocast if it is on, else that of x."""
    kind = x.device.type
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else x.dtype


def peepholes(weight: Tensor | None, dtype: torch.dtype) -> Peephole:
    """The weight [.., 3 H, H], split into the two matrices that a step multiplies by."""
    if weight is None:
        return None
    early, late = torch.split(weight.to(dtype), [2 * weight.shape[-1], weight.shape[-1]], dim=-2)
    return early.contiguous(), late.contiguous()


def add_product(total: Tensor, left: Tensor, right: Tensor) -> None:
    """total += left @ right, in place."""
    if total.dtype != right.dtype:
        total += left.to(right.dtype) @ right
    elif total.dim() == 2:
        torch.addmm(total, left, right, out=total)
    else:
        torch.baddbmm(total, left, right, out=total)


def write_product(out: Tensor, left: Tensor, right: Tensor) -> None:
    """out = left @ right, in place."""
    if out.dtype == right.dtype:
        torch.matmul(left, right, out=out)
    else:
        out.copy_(left.to(right.dtype) @ right)


def affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """W x + b, a new tensor with the dtype of the bias."""
    bias_row = bias.unsqueeze(-2)
    if bias.dtype != weight.dtype:
        return (x.to(weight.dtype) @ weight.mT).to(bias.dtype).add_(bias_row)
    return torch.addmm(bias_row, x, weight.mT) if x.dim() == 2 else torch.baddbmm(bias_row, x, weight.mT)


def tanh_(x: Tensor) -> Tensor:
    """tanh x = 2 σ(2x) - 1, in place, exact to 1e-7. On CPUs PyTorch computes σ faster than tanh."""
    return x.mul_(2).sigmoid_().mul_(2).sub_(1)


def step(z: Tensor, old: Tensor, cell: Tensor, squashed: Tensor, hidden: Tensor, peephole: Peephole) -> None:
    """Equations (1)-(6). ``z`` [.., rows, 4 H] holds the pre-activations without peepholes, and then the gates.

    ``old`` holds c_{t-1}. The results are c_t in ``cell``, tanh c_t in ``squashed`` and h_t in ``hidden``. All four are
    [.., rows, H]; ``cell`` may be the same tensor as ``old``.
    """
    early = z[..., : 2 * old.shape[-1]]
    input_gate, forget_gate, candidate, output_gate = z.chunk(4, dim=-1)
    if peephole is not None:
        add_product(early, old, peephole[0].mT)
    early.sigmoid_()  # (1), (2)
    tanh_(candidate)  # (3)
    torch.mul(forget_gate, old, out=cell).addcmul_(input_gate, candidate)  # (4)
    if peephole is not None:
        add_product(output_gate, cell, peephole[1].mT)
    output_gate.sigmoid_()  # (5)
    tanh_(squashed.copy_(cell))
    torch.mul(output_gate, squashed, out=hidden)  # (6)


def step_back(
    gates: Tensor, old: Tensor, squashed: Tensor, d_hidden: Tensor, d_cell: Tensor, peephole: Peephole
) -> None:
    """The backward pass of `step`, in place.

    ``gates`` [.., rows, 4 H] become the gradient of the pre-activations. ``d_cell`` [.., rows, H] is the gradient of
    c_t and becomes that of c_{t-1}. The caller computes the gradient of h_{t-1}, a product with W_h.
    """
    input_gate, forget_gate, candidate, output_gate = gates.chunk(4, dim=-1)
    d_cell += aten.tanh_backward(d_hidden * output_gate, squashed)  # (6)
    through_sigmoid(d_hidden * squashed, output_gate, grad_input=output_gate)  # (6), (5)
    if peephole is not None:
        add_product(d_cell, output_gate, peephole[1])
    d_input, d_forget, d_candidate = d_cell * candidate, d_cell * old, d_cell * input_gate  # (4)
    d_cell *= forget_gate
    through_sigmoid(d_input, input_gate, grad_input=input_gate)  # (2)
    through_sigmoid(d_forget, forget_gate, grad_input=forget_gate)  # (1)
    through_tanh(d_candidate, candidate, grad_input=candidate)  # (3)
    if peephole is not None:
        add_product(d_cell, gates[..., : 2 * old.shape[-1]], peephole[0])


def weight_gradient(dz: Tensor, x: Tensor, dtype: torch.dtype) -> Tensor:
    """The gradient [.., outputs, inputs] of a weight that all steps share: one product over the rows of all steps."""
    return (dz.to(dtype).mT @ x.to(dtype)).to(dz.dtype)


def peephole_gradient(dz: Tensor, olds: Tensor, cells: Tensor, dtype: torch.dtype) -> Tensor:
    """The gradient [.., 3 H, H] of the peephole weights.

    The input and forget gates read c_{t-1}, which ``olds`` holds for the last rows; for the rows before these it was 0.
    The output gate (5) reads c_t, in ``cells``.
    """
    size = cells.shape[-1]
    early = weight_gradient(dz[..., dz.shape[-2] - olds.shape[-2] :, : 2 * size], olds, dtype)
    return torch.cat([early, weight_gradient(dz[..., 3 * size :], cells, dtype)], dim=-2)
