"""The common functions of the kernels: products, the cell's equations for some of its units, and waiting.

A program computes UNITS units for ROWS sentences. The programs with the same sentences are a team; together they
compute all units. Before a program reads results of the others, all programs of the team wait for each other. If a
program's weights fit into shared memory, they stay there through all steps (RESIDENT, TILE = H), as in FlashRNN
(Pöppel, Beck & Hochreiter 2024). Gates are in the order of LSTMCell: input, forget, candidate, output.
"""

from typing import no_type_check

import triton
import triton.language as tl


@triton.jit
@no_type_check  # Triton compiles the source and does not know the wrapper of jaxtyping's type checker
def tanh(x):
    return 2 * tl.sigmoid(2 * x) - 1


@triton.jit
@no_type_check
def halves(x, ROWS: tl.constexpr, HALF: tl.constexpr):
    """[ROWS, 2 HALF] as its left and its right half."""
    return tl.split(tl.permute(tl.reshape(x, (ROWS, 2, HALF)), (0, 2, 1)))


@triton.jit
@no_type_check
def quarters(x, ROWS: tl.constexpr, QUARTER: tl.constexpr):
    left, right = halves(x, ROWS, 2 * QUARTER)
    first, second = halves(left, ROWS, QUARTER)
    third, fourth = halves(right, ROWS, QUARTER)
    return first, second, third, fourth


@triton.jit
@no_type_check
def meet(arrived, met, MEMBERS: tl.constexpr):
    """Wait until all programs of the team are here for the met-th time. Then their earlier results can be read."""
    tl.debug_barrier()
    if MEMBERS > 1:
        tl.atomic_add(arrived, 1, sem="release")
        while tl.atomic_add(arrived, 0, sem="acquire") < met * MEMBERS:
            pass
        tl.debug_barrier()


@triton.jit
@no_type_check
def of_sentence(memory, row, real, part, src_len, WIDTH: tl.constexpr, SPAN: tl.constexpr):
    """The columns ``part`` of a sentence in memory [batch, src_len, WIDTH], as float32 [SPAN, SOME]; 0 on padding."""
    at = (row * src_len + tl.arange(0, SPAN))[:, None] * WIDTH + part[None, :]
    return tl.load(memory + at, mask=real[:, None] & (part < WIDTH)[None, :], other=0.0).to(tl.float32)


@triton.jit
@no_type_check
def times(
    total, states, at, live, weights, columns, shown, resident,
    INNER: tl.constexpr, TILE: tl.constexpr, RESIDENT: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """total + states [ROWS, INNER] @ the columns of weights [.., INNER] where ``shown`` is true (the others are 0).

    `at` and `columns` are the offsets at which each row of the states and each column of the weights begins.
    """
    inner = tl.arange(0, TILE)
    if RESIDENT:
        left = tl.load(states + at[:, None] + inner[None, :], mask=live, other=0.0, cache_modifier=".cg")
        total = tl.dot(left, resident, total, input_precision=PRECISION)
    else:
        for k in range(0, INNER, TILE):
            left = tl.load(states + at[:, None] + k + inner[None, :], mask=live, other=0.0, cache_modifier=".cg")
            right = tl.load(weights + columns[None, :] + k + inner[:, None], mask=shown, other=0.0)
            total = tl.dot(left, right, total, input_precision=PRECISION)
    return total


@triton.jit
@no_type_check
def early(z, old, goes_on, ROWS: tl.constexpr, UNITS: tl.constexpr):
    """i, f, c̃, c_t and the pre-activation of o without its peephole, from z [ROWS, 4 UNITS] and c_{t-1}."""
    z_i, z_f, z_c, z_o = quarters(z, ROWS, UNITS)
    forget_gate = tl.sigmoid(z_f)  # (1)
    input_gate = tl.sigmoid(z_i)  # (2)
    candidate = tanh(z_c)  # (3)
    cell = tl.where(goes_on, forget_gate * old + input_gate * candidate, 0.0)  # (4)
    return input_gate, forget_gate, candidate, cell, z_o


@triton.jit
@no_type_check
def late(z_o, cell, goes_on):
    output_gate = tl.sigmoid(z_o)  # (5)
    return output_gate, tl.where(goes_on, output_gate * tanh(cell), 0.0)  # (6)


@triton.jit
@no_type_check
def late_back(d_hidden, d_cell, output_gate, cell, goes_on):
    """The gradient of z_o, and the gradient of c_t including the part through h_t."""
    squashed = tanh(cell)
    dz_o = tl.where(goes_on, d_hidden * squashed * output_gate * (1 - output_gate), 0.0)  # (6), (5)
    return dz_o, d_cell + d_hidden * output_gate * (1 - squashed * squashed)  # (6)


@triton.jit
@no_type_check
def early_back(d_cell, input_gate, forget_gate, candidate, old, goes_on):
    """The gradients of the other pre-activations, and of c_{t-1} without the part through peepholes."""
    d_cell = tl.where(goes_on, d_cell, 0.0)
    dz_i = d_cell * candidate * input_gate * (1 - input_gate)  # (4), (2)
    dz_f = d_cell * old * forget_gate * (1 - forget_gate)  # (4), (1)
    dz_c = d_cell * input_gate * (1 - candidate * candidate)  # (4), (3)
    return dz_i, dz_f, dz_c, d_cell * forget_gate  # (4)


@triton.jit
@no_type_check
def facing(
    weight_hidden, weight_peephole, k, first, GATE: tl.constexpr, H: tl.constexpr, WIDTH: tl.constexpr,
    PEEPHOLES: tl.constexpr, UNITS: tl.constexpr, TILE: tl.constexpr,
):  # fmt: skip
    """The weights with which a gate reads h of these units and, with peepholes (to the right), c: [TILE, COLUMNS].

    A row of the weights of h has WIDTH elements.
    """
    COLUMNS: tl.constexpr = 2 * UNITS if PEEPHOLES else UNITS
    inner = k + tl.arange(0, TILE)
    column = tl.arange(0, COLUMNS)
    unit = (first + column % UNITS)[None, :]
    of_cell = (column >= UNITS)[None, :]
    reads = tl.load(weight_hidden + (GATE * H + inner[:, None]) * WIDTH + unit, mask=of_cell == 0, other=0.0)
    if PEEPHOLES and GATE != 2:  # the candidate has none
        row: tl.constexpr = GATE if GATE < 2 else 2
        reads += tl.load(weight_peephole + (row * H + inner[:, None]) * H + unit, mask=of_cell, other=0.0)
    return reads


@triton.jit
@no_type_check
def of_gate(dz, at, live, GATE: tl.constexpr, k, H: tl.constexpr, TILE: tl.constexpr):
    """The columns k to k + TILE - 1 of one gate's dz: [ROWS, TILE]."""
    inner = GATE * H + k + tl.arange(0, TILE)
    return tl.load(dz + at[:, None] * 4 * H + inner[None, :], mask=live, other=0.0, cache_modifier=".cg")


@triton.jit
@no_type_check
def back(
    dz, at, live, reach, weight_hidden, weight_peephole, first, left, resident, GATE: tl.constexpr, H: tl.constexpr,
    WIDTH: tl.constexpr, PEEPHOLES: tl.constexpr, ROWS: tl.constexpr, UNITS: tl.constexpr, TILE: tl.constexpr,
    RESIDENT: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """The gradient of a gate's inputs, h and (to the right) c, from the gradient of its pre-activations, dz [ROWS, H].

    `reach` is H, or 0 to skip the product. (Two products in one loop body would get fewer warps for their columns.)
    """
    COLUMNS: tl.constexpr = 2 * UNITS if PEEPHOLES else UNITS
    total = tl.zeros((ROWS, COLUMNS), tl.float32)
    if RESIDENT:
        for _ in tl.range(0, reach, H, num_stages=1):
            total = tl.dot(left, resident, total, input_precision=PRECISION)
    else:
        for k in range(0, reach, TILE):
            some = of_gate(dz, at, live, GATE, k, H, TILE)
            right = facing(weight_hidden, weight_peephole, k, first, GATE, H, WIDTH, PEEPHOLES, UNITS, TILE)
            total = tl.dot(some, right, total, input_precision=PRECISION)
    return total
