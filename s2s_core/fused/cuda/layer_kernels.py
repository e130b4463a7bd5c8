"""An encoder layer, equations (1)-(6) over whole sentences, in one Triton kernel, and its backward pass in another.

A step has two parts, because the output gate reads the new cell state. EARLY: the other gates and c_t from h_{t-1}.
LATE: the output gate and h_t from c_t, and the peephole terms of c_t for the next step's early gates. Each part is one
product of [ROWS, H] with [H, 4 UNITS]; after it, the programs of a team wait for each other. A launch computes both
parts of many steps; or only one part of one step, then no program has to wait.

Shapes, all contiguous ("ways" are the directions): terms, gates and dz [batch, time, ways, 4 H]; states [batch, time,
ways, H]; last states [ways, batch, H]; weights [ways, ...], each as in LSTMCell. `before`, `old` and `new` are h_{t-1},
c_{t-1} and c_t in the dtype of the weights, for products and for the gradients of the weights. Sums and everything else
are float32. On padding, states and gradients are 0.
"""

from typing import no_type_check

import triton
import triton.language as tl

from s2s_core.fused.cuda.parts import (
    back,
    early,
    early_back,
    facing,
    halves,
    late,
    late_back,
    meet,
    of_gate,
    quarters,
    times,
)


@triton.jit
@no_type_check
def _position(t, time, way):
    """The position that is read at step t: the second direction begins at the sentence's end."""
    return t + way * (time - 1 - 2 * t)


@triton.jit
@no_type_check
def forward(
    terms, bias, weight_hidden, weight_peephole, lengths,
    gates, cells, hiddens, before, old, new, last_hidden, last_cell,
    arrived, batch, time, start, end,
    H: tl.constexpr, WAYS: tl.constexpr, PEEPHOLES: tl.constexpr, ROWS: tl.constexpr, UNITS: tl.constexpr,
    TILE: tl.constexpr, RESIDENT: tl.constexpr, PRECISION: tl.constexpr, EARLY: tl.constexpr, LATE: tl.constexpr,
):  # fmt: skip
    MEMBERS: tl.constexpr = H // UNITS
    team = tl.program_id(0)
    way = team % WAYS
    rows = team // WAYS * ROWS + tl.arange(0, ROWS)
    live = (rows < batch)[:, None]
    length = tl.load(lengths + rows, mask=rows < batch, other=0)
    first = tl.program_id(1) * UNITS
    units = first + tl.arange(0, UNITS)
    state = (way * batch + rows)[:, None] * H + units[None, :]
    column = tl.arange(0, 4 * UNITS)
    gate = column // UNITS
    columns = gate * H + first + column % UNITS  # of 4 H
    is_early = (gate < 2)[None, :]
    peeks = (gate != 2)[None, :]  # the candidate has no peephole
    weight_hidden += way * 4 * H * H
    weight_peephole += way * 3 * H * H
    peepholes = (columns - tl.where(gate == 3, H, 0)) * H
    biases = tl.load(bias + way * 4 * H + columns)[None, :]
    inner = tl.arange(0, TILE)
    of_hidden, of_cell = 0.0, 0.0
    if RESIDENT:
        of_hidden = tl.load(weight_hidden + columns[None, :] * H + inner[:, None])
        if PEEPHOLES:
            of_cell = tl.load(weight_peephole + peepholes[None, :] + inner[:, None], mask=peeks, other=0.0)
    met = 0
    for t in range(start, end):
        place = _position(t, time, way)
        goes_on = (place < length)[:, None]
        began = (rows < tl.where(t > 0, batch, 0))[:, None]
        passes = (rows < tl.where(t + 1 < time, batch, 0))[:, None]
        at = (rows * time + place) * WAYS + way
        last = (rows * time + _position(t - 1, time, way)) * WAYS + way
        after = (rows * time + _position(t + 1, time, way)) * WAYS + way
        mine = at[:, None] * H + units[None, :]
        mine_after = after[:, None] * H + units[None, :]
        my_gates = at[:, None] * 4 * H + units[None, :]
        if EARLY:
            z = tl.load(terms + at[:, None] * 4 * H + columns[None, :], mask=live, other=0.0).to(tl.float32) + biases
            if PEEPHOLES:
                z += tl.load(gates + at[:, None] * 4 * H + columns[None, :], mask=began & is_early, other=0.0)
                tl.debug_barrier()  # the gates overwrite this memory
            z = times(
                z, before, at * H, began, weight_hidden, columns * H, gate[None, :] < 4, of_hidden,
                H, TILE, RESIDENT, PRECISION,
            )  # fmt: skip
            kept = tl.load(cells + last[:, None] * H + units[None, :], mask=began, other=0.0)
            input_gate, forget_gate, candidate, cell, z_o = early(z, kept, goes_on, ROWS, UNITS)
            tl.store(gates + my_gates, input_gate, mask=live)
            tl.store(gates + my_gates + H, forget_gate, mask=live)
            tl.store(gates + my_gates + 2 * H, candidate, mask=live)
            tl.store(cells + mine, cell, mask=live)
            if t == 0:
                tl.store(before + mine, tl.zeros((ROWS, UNITS), before.dtype.element_ty), mask=live)
            if PEEPHOLES:
                if t == 0:
                    tl.store(old + mine, tl.zeros((ROWS, UNITS), old.dtype.element_ty), mask=live)
                tl.store(new + mine, cell.to(new.dtype.element_ty), mask=live)
                tl.store(old + mine_after, cell.to(old.dtype.element_ty), mask=passes)
            if not LATE:
                tl.store(gates + my_gates + 3 * H, z_o, mask=live)
        if LATE:
            if not EARLY:
                z_o = tl.load(gates + my_gates + 3 * H, mask=live, other=0.0)
                cell = tl.load(cells + mine, mask=live, other=0.0)
            if PEEPHOLES:
                if EARLY:
                    met += 1
                    meet(arrived + team, met, MEMBERS)
                peeps = times(
                    tl.zeros((ROWS, 4 * UNITS), tl.float32), new, at * H, live, weight_peephole, peepholes, peeks,
                    of_cell, H, TILE, RESIDENT, PRECISION,
                )  # fmt: skip
                tl.store(gates + after[:, None] * 4 * H + columns[None, :], peeps, mask=passes & is_early)
                _, _, _, peep_o = quarters(peeps, ROWS, UNITS)
                z_o += peep_o
            output_gate, hidden = late(z_o, cell, goes_on)
            tl.store(gates + my_gates + 3 * H, output_gate, mask=live)
            tl.store(hiddens + mine, hidden, mask=live)
            tl.store(before + mine_after, hidden.to(before.dtype.element_ty), mask=passes)
            tl.store(last_hidden + state, hidden, mask=live & goes_on)
            tl.store(last_cell + state, cell, mask=live & goes_on)
            if EARLY:
                met += 1
                meet(arrived + team, met, MEMBERS)


@triton.jit
@no_type_check
def backward(
    weight_hidden, weight_peephole, lengths, gates, cells, d_hiddens, d_last_hidden, d_last_cell,
    dz, d_hidden, d_cell, arrived, batch, time, start, end,
    H: tl.constexpr, WAYS: tl.constexpr, PEEPHOLES: tl.constexpr, ROWS: tl.constexpr, UNITS: tl.constexpr,
    TILE: tl.constexpr, RESIDENT: tl.constexpr, PRECISION: tl.constexpr, EARLY: tl.constexpr, LATE: tl.constexpr,
):  # fmt: skip
    """From the gradients of all h and of the last states, compute dz, the gradients of the pre-activations.

    EARLY: add the gradients from step t+1, then the output gate. LATE: add the output gate's gradient of c_t, then the
    other gates. d_hidden and d_cell [ways, batch, H] carry the gradient that does not go through dz to the next part.
    """
    MEMBERS: tl.constexpr = H // UNITS
    team = tl.program_id(0)
    way = team % WAYS
    rows = team // WAYS * ROWS + tl.arange(0, ROWS)
    live = (rows < batch)[:, None]
    length = tl.load(lengths + rows, mask=rows < batch, other=0)
    first = tl.program_id(1) * UNITS
    units = first + tl.arange(0, UNITS)
    state = (way * batch + rows)[:, None] * H + units[None, :]
    weight_hidden += way * 4 * H * H
    weight_peephole += way * 3 * H * H
    of_i, of_f, of_c, of_o = 0.0, 0.0, 0.0, 0.0
    if RESIDENT:
        of_i = facing(weight_hidden, weight_peephole, 0, first, 0, H, H, PEEPHOLES, UNITS, TILE)
        of_f = facing(weight_hidden, weight_peephole, 0, first, 1, H, H, PEEPHOLES, UNITS, TILE)
        of_c = facing(weight_hidden, weight_peephole, 0, first, 2, H, H, PEEPHOLES, UNITS, TILE)
        of_o = facing(weight_hidden, weight_peephole, 0, first, 3, H, H, PEEPHOLES, UNITS, TILE)
    met = 0
    for counted in range(start, end):
        t = time - 1 - counted
        place = _position(t, time, way)
        later = _position(t + 1, time, way)
        goes_on = (place < length)[:, None]
        began = (rows < tl.where(t > 0, batch, 0))[:, None]
        passed = (rows < tl.where(t + 1 < time, batch, 0))[:, None]
        followed = goes_on & passed & (later < length)[:, None]
        at = (rows * time + place) * WAYS + way
        last = (rows * time + _position(t - 1, time, way)) * WAYS + way
        after = (rows * time + later) * WAYS + way
        mine = at[:, None] * H + units[None, :]
        my_gates = at[:, None] * 4 * H + units[None, :]
        if EARLY:
            dh = tl.load(d_hiddens + mine, mask=live & goes_on, other=0.0)
            dh += tl.load(d_last_hidden + state, mask=live & goes_on & (followed == 0), other=0.0)
            dc = tl.load(d_last_cell + state, mask=live & goes_on & (followed == 0), other=0.0)
            dc += tl.load(d_cell + state, mask=live & followed, other=0.0)
            output_gate = tl.load(gates + my_gates + 3 * H, mask=live, other=0.0)
            cell = tl.load(cells + mine, mask=live, other=0.0)
            dz_i, dz_f, dz_c, dz_o = 0.0, 0.0, 0.0, 0.0
            if RESIDENT:  # one load each: global memory is slow
                dz_i = of_gate(dz, after, passed, 0, 0, H, TILE)
                dz_f = of_gate(dz, after, passed, 1, 0, H, TILE)
                dz_c = of_gate(dz, after, passed, 2, 0, H, TILE)
            reach = tl.where(t + 1 < time, H, 0)
            d = back(
                dz, after, passed, reach, weight_hidden, weight_peephole, first, dz_i, of_i,
                0, H, H, PEEPHOLES, ROWS, UNITS, TILE, RESIDENT, PRECISION,
            )  # fmt: skip
            d += back(
                dz, after, passed, reach, weight_hidden, weight_peephole, first, dz_f, of_f,
                1, H, H, PEEPHOLES, ROWS, UNITS, TILE, RESIDENT, PRECISION,
            )  # fmt: skip
            d += back(
                dz, after, passed, reach, weight_hidden, weight_peephole, first, dz_c, of_c,
                2, H, H, PEEPHOLES, ROWS, UNITS, TILE, RESIDENT, PRECISION,
            )  # fmt: skip
            if PEEPHOLES:
                through_h, through_c = halves(d, ROWS, UNITS)
                dh += through_h + tl.load(d_hidden + state, mask=passed, other=0.0)
                dc += through_c
            else:
                if RESIDENT:
                    dz_o = of_gate(dz, after, passed, 3, 0, H, TILE)
                dh += d + back(
                    dz, after, passed, reach, weight_hidden, weight_peephole, first, dz_o, of_o,
                    3, H, H, PEEPHOLES, ROWS, UNITS, TILE, RESIDENT, PRECISION,
                )  # fmt: skip
            dz_o, dc = late_back(dh, dc, output_gate, cell, goes_on)
            tl.store(dz + my_gates + 3 * H, dz_o.to(dz.dtype.element_ty), mask=live)
            if not LATE:
                tl.store(d_cell + state, dc, mask=live)
        if LATE:
            if not EARLY:
                dc = tl.load(d_cell + state, mask=live, other=0.0)
            if PEEPHOLES:
                if EARLY:
                    met += 1
                    meet(arrived + team, met, MEMBERS)
                dz_o = 0.0
                if RESIDENT:
                    dz_o = of_gate(dz, at, live, 3, 0, H, TILE)
                d = back(
                    dz, at, live, H, weight_hidden, weight_peephole, first, dz_o, of_o,
                    3, H, H, PEEPHOLES, ROWS, UNITS, TILE, RESIDENT, PRECISION,
                )  # fmt: skip
                through_h, through_c = halves(d, ROWS, UNITS)
                tl.store(d_hidden + state, through_h, mask=live)
                dc += through_c  # (5)
            input_gate = tl.load(gates + my_gates, mask=live, other=0.0)
            forget_gate = tl.load(gates + my_gates + H, mask=live, other=0.0)
            candidate = tl.load(gates + my_gates + 2 * H, mask=live, other=0.0)
            kept = tl.load(cells + last[:, None] * H + units[None, :], mask=began, other=0.0)
            dz_i, dz_f, dz_c, dc = early_back(dc, input_gate, forget_gate, candidate, kept, goes_on)
            tl.store(dz + my_gates, dz_i.to(dz.dtype.element_ty), mask=live)
            tl.store(dz + my_gates + H, dz_f.to(dz.dtype.element_ty), mask=live)
            tl.store(dz + my_gates + 2 * H, dz_c.to(dz.dtype.element_ty), mask=live)
            tl.store(d_cell + state, dc, mask=live)
            if EARLY:
                met += 1
                meet(arrived + team, met, MEMBERS)
