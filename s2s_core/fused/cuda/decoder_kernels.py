"""The decoder under teacher forcing, equations (13)-(15) and (1)-(6), in one Triton kernel.

A step has four parts, and the programs of a team wait for each other after each part. QUERY: compute W s from s_{t-1}.
ATTEND: compute scores, weights and contexts; each program takes one sentence of its team. EARLY and LATE: the cell, as
in `layer_kernels`.

Shapes, all contiguous:

- terms, gates and dz: [batch, time, 4 H];
- cells and hiddens; `old` and `new` (c_{t-1} and c_t in the dtype of the weights): [batch, time, H];
- `seen`, the inputs of the cell (the context, then s_{t-1}): [batch, time, M + H]; their weights: [4 H, M + H];
- keys: [batch, src_len, A]; states: [batch, src_len, M]; queries: [batch, time, A];
- attention weights and gradients of scores: [batch, time, src_len].

Sums and everything else are float32. Positions from a sentence's length on are padding; src_len is at most SPAN.
"""

from typing import no_type_check

import triton
import triton.language as tl

from s2s_core.fused.cuda.parts import early, late, meet, of_sentence, quarters, tanh, times


@triton.jit
@no_type_check
def forward(
    terms, bias, weight_seen, weight_peephole, weight_query, energy, keys, states, src_lengths, lengths, start_cell,
    gates, cells, hiddens, seen, old, new, queries, weights,
    arrived, batch, time, start, end, src_len,
    H: tl.constexpr, M: tl.constexpr, A: tl.constexpr, SPAN: tl.constexpr, SOME: tl.constexpr, ASKED: tl.constexpr,
    PEEPHOLES: tl.constexpr, ROWS: tl.constexpr, UNITS: tl.constexpr, TILE: tl.constexpr, PRECISION: tl.constexpr,
    QUERY: tl.constexpr, ATTEND: tl.constexpr, EARLY: tl.constexpr, LATE: tl.constexpr,
):  # fmt: skip
    """A program computes ASKED columns of W s. It computes scores and contexts SOME units at a time."""
    MEMBERS: tl.constexpr = H // UNITS
    WIDTH: tl.constexpr = M + H
    TOGETHER: tl.constexpr = QUERY and ATTEND
    team, member = tl.program_id(0), tl.program_id(1)
    rows = team * ROWS + tl.arange(0, ROWS)
    live = (rows < batch)[:, None]
    length = tl.load(lengths + rows, mask=rows < batch, other=0)
    first = member * UNITS
    units = first + tl.arange(0, UNITS)
    column = tl.arange(0, 4 * UNITS)
    gate = column // UNITS
    columns = gate * H + first + column % UNITS  # of 4 H
    is_early = (gate < 2)[None, :]
    peeks = (gate != 2)[None, :]  # the candidate has no peephole
    peepholes = (columns - tl.where(gate == 3, H, 0)) * H
    biases = tl.load(bias + columns)[None, :]
    asked = member * ASKED + tl.arange(0, ASKED)
    span = tl.arange(0, SPAN)
    some = tl.arange(0, SOME)
    nothing = tl.zeros((ROWS, 4 * UNITS), tl.float32)
    if PEEPHOLES and EARLY and start == 0:
        at = rows * time
        peeps = times(nothing, old, at * H, live, weight_peephole, peepholes, peeks, 0.0, H, TILE, False, PRECISION)
        tl.store(gates + at[:, None] * 4 * H + columns[None, :], peeps, mask=live & is_early)
        tl.debug_barrier()
    met = 0
    for t in range(start, end):
        goes_on = (t < length)[:, None]
        began = (rows < tl.where(t > 0, batch, 0))[:, None]
        passes = (rows < tl.where(t + 1 < time, batch, 0))[:, None]
        at = rows * time + t
        mine = at[:, None] * H + units[None, :]
        my_gates = at[:, None] * 4 * H + units[None, :]
        if QUERY:
            all_asked = times(
                tl.zeros((ROWS, ASKED), tl.float32), seen + M, at * WIDTH, live, weight_query, asked * H,
                (asked < A)[None, :], 0.0, H, TILE, False, PRECISION,
            )  # fmt: skip
            tl.store(queries + at[:, None] * A + asked[None, :], all_asked, mask=live & (asked < A)[None, :])
        if TOGETHER:
            met += 1
            meet(arrived + team, met, MEMBERS)
        if ATTEND:
            for row in range(team * ROWS + member, tl.minimum(team * ROWS + ROWS, batch), MEMBERS):
                here = row * time + t
                real = span < tl.load(src_lengths + row)
                scores = tl.zeros((SPAN,), tl.float32)
                for a in range(0, A, SOME):
                    part = a + some
                    query = tl.load(queries + here * A + part, mask=part < A, other=0.0, cache_modifier=".cg")
                    slope = tl.load(energy + part, mask=part < A, other=0.0)
                    key = of_sentence(keys, row, real, part, src_len, A, SPAN)
                    scores += tl.sum(tanh(key + query[None, :]) * slope[None, :], axis=1)  # (13)
                scores = tl.where(real, scores, -float("inf"))
                weight = tl.exp(scores - tl.max(scores, axis=0))
                weight = weight / tl.sum(weight, axis=0)  # (14)
                tl.store(weights + here * src_len + span, weight, mask=span < src_len)
                for m in range(0, M, SOME):
                    part = m + some
                    state = of_sentence(states, row, real, part, src_len, M, SPAN)
                    context = tl.sum(weight[:, None] * state, axis=0)  # (15)
                    tl.store(seen + here * WIDTH + part, context.to(seen.dtype.element_ty), mask=part < M)
        if TOGETHER:
            met += 1
            meet(arrived + team, met, MEMBERS)
        if EARLY:
            z = tl.load(terms + at[:, None] * 4 * H + columns[None, :], mask=live, other=0.0).to(tl.float32) + biases
            if PEEPHOLES:
                z += tl.load(gates + at[:, None] * 4 * H + columns[None, :], mask=live & is_early, other=0.0)
                tl.debug_barrier()  # the gates overwrite this memory
            z = times(
                z, seen, at * WIDTH, live, weight_seen, columns * WIDTH, gate[None, :] < 4, 0.0,
                WIDTH, TILE, False, PRECISION,
            )  # fmt: skip
            kept = tl.load(cells + mine - H, mask=began, other=0.0)
            kept += tl.load(start_cell + rows[:, None] * H + units[None, :], mask=live & (began == 0), other=0.0)
            input_gate, forget_gate, candidate, cell, z_o = early(z, kept, goes_on, ROWS, UNITS)
            tl.store(gates + my_gates, input_gate, mask=live)
            tl.store(gates + my_gates + H, forget_gate, mask=live)
            tl.store(gates + my_gates + 2 * H, candidate, mask=live)
            tl.store(cells + mine, cell, mask=live)
            if PEEPHOLES:
                tl.store(new + mine, cell.to(new.dtype.element_ty), mask=live)
                tl.store(old + mine + H, cell.to(old.dtype.element_ty), mask=passes)
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
                    nothing, new, at * H, live, weight_peephole, peepholes, peeks, 0.0, H, TILE, False, PRECISION
                )
                tl.store(gates + (at + 1)[:, None] * 4 * H + columns[None, :], peeps, mask=passes & is_early)
                _, _, _, peep_o = quarters(peeps, ROWS, UNITS)
                z_o += peep_o
            output_gate, hidden = late(z_o, cell, goes_on)
            tl.store(gates + my_gates + 3 * H, output_gate, mask=live)
            tl.store(hiddens + mine, hidden, mask=live)
            after = (at + 1)[:, None] * WIDTH + M + units[None, :]
            tl.store(seen + after, hidden.to(seen.dtype.element_ty), mask=passes)
            if EARLY:
                met += 1
                meet(arrived + team, met, MEMBERS)
