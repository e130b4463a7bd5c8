"""Equations (1)-(6) and their gradients, written out, for all rows of a step at once and in place.

Autograd makes an array for every operation and, for every weight, one gradient a step. Here a step writes where the
gradient will read, gates become their own gradients, and a weight's gradient is one product over all steps, by whoever
steps. Tensors are [rows, size], or [cells, rows, size]: the directions of an encoder take their steps together. Matrix
products are in the type of the weights, sums and gates in that of the rows.
"""

import torch
from torch import Tensor

aten = torch.ops.aten
through_sigmoid, through_tanh = aten.sigmoid_backward.grad_input, aten.tanh_backward.grad_input

Peephole = tuple[Tensor, Tensor] | None  # [2 H, H] for c_{t-1} and [H, H] for c_t (of each cell), or none


def product_type(x: Tensor) -> torch.dtype:
    """What matrix products are made in: autocast's type, where it is on."""
    kind = x.device.type
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else x.dtype


def peepholes(weight: Tensor | None, dtype: torch.dtype) -> Peephole:
    """The weight [.., 3 H, H] as the two matrices that a step multiplies with."""
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
    """out = left @ right."""
    if out.dtype == right.dtype:
        torch.matmul(left, right, out=out)
    else:
        out.copy_(left.to(right.dtype) @ right)


def affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """W x + b, a new tensor in the bias's type."""
    each = bias.unsqueeze(-2)
    if bias.dtype != weight.dtype:
        return (x.to(weight.dtype) @ weight.mT).to(bias.dtype).add_(each)
    return torch.addmm(each, x, weight.mT) if x.dim() == 2 else torch.baddbmm(each, x, weight.mT)


def tanh_(x: Tensor) -> Tensor:
    """tanh x = 2 σ(2x) - 1, in place, to 1e-7: on processors PyTorch has a faster σ than tanh."""
    return x.mul_(2).sigmoid_().mul_(2).sub_(1)


def step(z: Tensor, old: Tensor, cell: Tensor, squashed: Tensor, hidden: Tensor, peephole: Peephole) -> None:
    """(1)-(6): the pre-activations z [.., rows, 4 H], peepholes not yet added, become the gates.

    c_{t-1} is read from ``old``; c_t (over it, if wanted), tanh c_t and h_t are written into the other three, all
    [.., rows, H].
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
    """The gradient of `step`: the gates become that of their pre-activations; d_cell, of c_t, becomes that of c_{t-1}.

    What of d_hidden goes on to h_{t-1} is a product with W_h, and the business of whoever steps.
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
    """Of a weight that all steps have in common: one product over all their rows, [.., outputs, inputs]."""
    return (dz.to(dtype).mT @ x.to(dtype)).to(dz.dtype)


def peephole_gradient(dz: Tensor, olds: Tensor, cells: Tensor, dtype: torch.dtype) -> Tensor:
    """[.., 3 H, H]. Input and forget gate looked at c_{t-1} (of the last rows; before them it was 0), (5) at c_t."""
    size = cells.shape[-1]
    early = weight_gradient(dz[..., dz.shape[-2] - olds.shape[-2] :, : 2 * size], olds, dtype)
    return torch.cat([early, weight_gradient(dz[..., 3 * size :], cells, dtype)], dim=-2)
