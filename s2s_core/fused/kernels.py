"""Equations (1)-(6) over a whole sentence in one Triton kernel, and their gradients in another.

A program takes ROWS sentences through all steps, so that programs never wait for each other (FlashRNN, Pöppel, Beck &
Hochreiter 2024, keeps the weights on the chip and synchronises the grid instead; here they come from the second-level
cache at every step). Within a step a barrier stands wherever what some threads have written is read by others.

Shapes, all contiguous: terms, gates and dz [time, batch, 4, H] in the order of LSTMCell (input, forget, candidate,
output); hiddens and cells [time + 1, batch, H] with the state before the first step in front; real [time, batch], 0 on
padding, where the state stays. Weights as in LSTMCell, in float32 or bfloat16; sums are in float32.
"""

from typing import no_type_check

import triton
import triton.language as tl


@triton.jit
@no_type_check  # Triton reads the source: what a type checker would wrap it in is not there
def _tanh(x):
    return 2 * tl.sigmoid(2 * x) - 1


@triton.jit
@no_type_check
def _times(total, states, at, live, weights, first, second, across, H: tl.constexpr, TILE: tl.constexpr):
    """total + states @ weights, a tile of H inner places at a time; `first` and `second` step over the weights."""
    for k in range(0, H, TILE):
        inner = k + tl.arange(0, TILE)
        left = tl.load(states + at + inner[None, :], mask=live, other=0.0)
        right = tl.load(weights + inner[:, None] * first + across[None, :] * second)
        total = tl.dot(left.to(right.dtype), right, total, input_precision="ieee")
    return total


@triton.jit
@no_type_check
def forward(
    terms,
    bias,
    weight_hidden,
    weight_peephole,
    real,
    gates,
    hiddens,
    cells,
    time,
    batch,
    H: tl.constexpr,
    PEEPHOLES: tl.constexpr,
    ROWS: tl.constexpr,
    TILE: tl.constexpr,
):
    rows = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    live = (rows < batch)[:, None]
    for t in range(time):
        before = ((t * batch + rows) * H)[:, None]
        after = (((t + 1) * batch + rows) * H)[:, None]
        here = ((t * batch + rows) * 4 * H)[:, None]
        goes_on = (tl.load(real + t * batch + rows, mask=rows < batch, other=0) != 0)[:, None]
        for n in range(0, H, TILE):
            units = n + tl.arange(0, TILE)
            at = here + units[None, :]
            z_i = tl.load(terms + at, mask=live, other=0.0).to(tl.float32) + tl.load(bias + units)[None, :]
            z_f = tl.load(terms + at + H, mask=live, other=0.0).to(tl.float32) + tl.load(bias + H + units)[None, :]
            z_c = tl.load(terms + at + 2 * H, mask=live, other=0.0).to(tl.float32)
            z_c += tl.load(bias + 2 * H + units)[None, :]
            z_o = tl.load(terms + at + 3 * H, mask=live, other=0.0).to(tl.float32)
            z_o += tl.load(bias + 3 * H + units)[None, :]
            z_i = _times(z_i, hiddens, before, live, weight_hidden, 1, H, units, H, TILE)
            z_f = _times(z_f, hiddens, before, live, weight_hidden + H * H, 1, H, units, H, TILE)
            z_c = _times(z_c, hiddens, before, live, weight_hidden + 2 * H * H, 1, H, units, H, TILE)
            z_o = _times(z_o, hiddens, before, live, weight_hidden + 3 * H * H, 1, H, units, H, TILE)
            if PEEPHOLES:
                z_i = _times(z_i, cells, before, live, weight_peephole, 1, H, units, H, TILE)
                z_f = _times(z_f, cells, before, live, weight_peephole + H * H, 1, H, units, H, TILE)
            forget_gate = tl.sigmoid(z_f)  # (1)
            input_gate = tl.sigmoid(z_i)  # (2)
            candidate = _tanh(z_c)  # (3)
            old = tl.load(cells + before + units[None, :], mask=live, other=0.0)
            cell = tl.where(goes_on, forget_gate * old + input_gate * candidate, old)  # (4)
            tl.store(gates + at, input_gate, mask=live)
            tl.store(gates + at + H, forget_gate, mask=live)
            tl.store(gates + at + 2 * H, candidate, mask=live)
            tl.store(gates + at + 3 * H, z_o, mask=live)
            tl.store(cells + after + units[None, :], cell, mask=live)
        tl.debug_barrier()
        for n in range(0, H, TILE):
            units = n + tl.arange(0, TILE)
            at = here + 3 * H + units[None, :]
            z_o = tl.load(gates + at, mask=live, other=0.0)
            if PEEPHOLES:
                z_o = _times(z_o, cells, after, live, weight_peephole + 2 * H * H, 1, H, units, H, TILE)
            output_gate = tl.sigmoid(z_o)  # (5)
            cell = tl.load(cells + after + units[None, :], mask=live, other=0.0)
            old = tl.load(hiddens + before + units[None, :], mask=live, other=0.0)
            hidden = tl.where(goes_on, output_gate * _tanh(cell), old)  # (6)
            tl.store(gates + at, output_gate, mask=live)
            tl.store(hiddens + after + units[None, :], hidden, mask=live)
        tl.debug_barrier()


@triton.jit
@no_type_check
def backward(
    weight_hidden,
    weight_peephole,
    real,
    gates,
    cells,
    d_hiddens,
    d_hidden,
    d_cell,
    dz,
    time,
    batch,
    H: tl.constexpr,
    PEEPHOLES: tl.constexpr,
    ROWS: tl.constexpr,
    TILE: tl.constexpr,
):
    """From d_hiddens [time, batch, H] and the gradients of the last state to dz, those of the pre-activations.

    d_hidden and d_cell [batch, H] come in with the gradients of the last state and go out with those of the first.
    """
    rows = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    live = (rows < batch)[:, None]
    state = (rows * H)[:, None]
    for back in range(time):
        t = time - 1 - back
        before = ((t * batch + rows) * H)[:, None]
        after = (((t + 1) * batch + rows) * H)[:, None]
        here = ((t * batch + rows) * 4 * H)[:, None]
        goes_on = (tl.load(real + t * batch + rows, mask=rows < batch, other=0) != 0)[:, None]
        for n in range(0, H, TILE):
            units = (n + tl.arange(0, TILE))[None, :]
            output_gate = tl.load(gates + here + 3 * H + units, mask=live, other=0.0)
            squashed = _tanh(tl.load(cells + after + units, mask=live, other=0.0))
            dh = tl.load(d_hidden + state + units, mask=live, other=0.0)
            dh += tl.load(d_hiddens + before + units, mask=live, other=0.0)
            dc = tl.load(d_cell + state + units, mask=live, other=0.0)
            dz_o = dh * squashed * output_gate * (1 - output_gate)  # (6), (5)
            through = dc + dh * output_gate * (1 - squashed * squashed)  # (6)
            tl.store(dz + here + 3 * H + units, tl.where(goes_on, dz_o, 0.0), mask=live)
            tl.store(d_cell + state + units, tl.where(goes_on, through, dc), mask=live)
            tl.store(d_hidden + state + units, dh, mask=live)
        tl.debug_barrier()
        for n in range(0, H, TILE):
            across = n + tl.arange(0, TILE)
            units = across[None, :]
            old = tl.load(d_cell + state + units, mask=live, other=0.0)
            dc = old
            if PEEPHOLES:
                dc = _times(dc, dz, here + 3 * H, live, weight_peephole + 2 * H * H, H, 1, across, H, TILE)
            input_gate = tl.load(gates + here + units, mask=live, other=0.0)
            forget_gate = tl.load(gates + here + H + units, mask=live, other=0.0)
            candidate = tl.load(gates + here + 2 * H + units, mask=live, other=0.0)
            cell = tl.load(cells + before + units, mask=live, other=0.0)
            dz_i = dc * candidate * input_gate * (1 - input_gate)  # (4), (2)
            dz_f = dc * cell * forget_gate * (1 - forget_gate)  # (4), (1)
            dz_c = dc * input_gate * (1 - candidate * candidate)  # (4), (3)
            tl.store(dz + here + units, tl.where(goes_on, dz_i, 0.0), mask=live)
            tl.store(dz + here + H + units, tl.where(goes_on, dz_f, 0.0), mask=live)
            tl.store(dz + here + 2 * H + units, tl.where(goes_on, dz_c, 0.0), mask=live)
            tl.store(d_cell + state + units, tl.where(goes_on, dc * forget_gate, old), mask=live)
        tl.debug_barrier()
        for n in range(0, H, TILE):
            across = n + tl.arange(0, TILE)
            units = across[None, :]
            dh = tl.zeros((ROWS, TILE), tl.float32)
            dh = _times(dh, dz, here, live, weight_hidden, H, 1, across, H, TILE)
            dh = _times(dh, dz, here + H, live, weight_hidden + H * H, H, 1, across, H, TILE)
            dh = _times(dh, dz, here + 2 * H, live, weight_hidden + 2 * H * H, H, 1, across, H, TILE)
            dh = _times(dh, dz, here + 3 * H, live, weight_hidden + 3 * H * H, H, 1, across, H, TILE)
            old = tl.load(d_hidden + state + units, mask=live, other=0.0)
            tl.store(d_hidden + state + units, tl.where(goes_on, dh, old), mask=live)
            if PEEPHOLES:
                dc = tl.load(d_cell + state + units, mask=live, other=0.0)
                dc = _times(dc, dz, here, live, weight_peephole, H, 1, across, H, TILE)
                dc = _times(dc, dz, here + H, live, weight_peephole + H * H, H, 1, across, H, TILE)
                tl.store(d_cell + state + units, dc, mask=live)
        tl.debug_barrier()
