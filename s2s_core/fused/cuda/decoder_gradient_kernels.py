"""The backward pass of `decoder_kernels` in one Triton kernel, and the gradients of the keys in another.

A step has four parts, and the programs of a team wait for each other after each part. LATE and EARLY: the gradients of
the cell, as in `layer_kernels`. READ: from the gradients of the pre-activations to those of their inputs. ATTEND: from
the gradients of contexts to those of scores and queries; each program takes one sentence of its team. The activations
of attention are computed again. Shapes are as in `decoder_kernels`.
"""

from typing import no_type_check

import triton
import triton.language as tl

from s2s_core.fused.cuda.parts import back, early_back, halves, late_back, meet, of_sentence, tanh


@triton.jit
@no_type_check
def backward(
    weight_seen, weight_peephole, weight_query, energy, keys, states, src_lengths, lengths, start_cell,
    gates, cells, queries, weights, d_hiddens, d_contexts,
    dz, d_context, d_scores, d_queries, d_hidden, d_cell,
    arrived, batch, time, start, end, src_len,
    H: tl.constexpr, M: tl.constexpr, A: tl.constexpr, SPAN: tl.constexpr, SOME: tl.constexpr, READS: tl.constexpr,
    PEEPHOLES: tl.constexpr, ROWS: tl.constexpr, UNITS: tl.constexpr, TILE: tl.constexpr, PRECISION: tl.constexpr,
    LATE: tl.constexpr, EARLY: tl.constexpr, READ: tl.constexpr, ATTEND: tl.constexpr,
):  # fmt: skip
    """From the gradients of all s and contexts, compute dz and the gradients of contexts (with those from the cell),
    scores and queries. d_hidden and d_cell [batch, H] carry the gradient that does not go through these to the step
    before; at the end they are the gradients of s_0 (without that of its query) and of its cell state. READS is the
    number of context columns whose gradient one program computes.
    """
    MEMBERS: tl.constexpr = H // UNITS
    WIDTH: tl.constexpr = M + H
    team, member = tl.program_id(0), tl.program_id(1)
    rows = team * ROWS + tl.arange(0, ROWS)
    live = (rows < batch)[:, None]
    length = tl.load(lengths + rows, mask=rows < batch, other=0)
    first = member * UNITS
    units = first + tl.arange(0, UNITS)
    state_at = rows[:, None] * H + units[None, :]
    reads = member * READS + tl.arange(0, READS)
    shown = (reads < M)[None, :]
    inner = tl.arange(0, TILE)
    span = tl.arange(0, SPAN)
    some = tl.arange(0, SOME)
    met = 0
    for counted in range(start, end):
        t = time - 1 - counted
        goes_on = (t < length)[:, None]
        began = (rows < tl.where(t > 0, batch, 0))[:, None]
        at = rows * time + t
        mine = at[:, None] * H + units[None, :]
        my_gates = at[:, None] * 4 * H + units[None, :]
        if LATE:
            asking = tl.zeros((ROWS, UNITS), tl.float32)
            for k in range(0, tl.where(t + 1 < time, A, 0), TILE):
                left = tl.load(
                    d_queries + (at + 1)[:, None] * A + k + inner[None, :], mask=live, other=0.0, cache_modifier=".cg"
                )
                right = tl.load(weight_query + (k + inner)[:, None] * H + units[None, :])
                asking = tl.dot(left, right, asking, input_precision=PRECISION)
            dh = asking + tl.load(d_hiddens + mine, mask=live & goes_on, other=0.0)
            dh += tl.load(d_hidden + state_at, mask=live, other=0.0)
            dc = tl.load(d_cell + state_at, mask=live, other=0.0)
            output_gate = tl.load(gates + my_gates + 3 * H, mask=live, other=0.0)
            cell = tl.load(cells + mine, mask=live, other=0.0)
            dz_o, dc = late_back(dh, dc, output_gate, cell, goes_on)
            tl.store(dz + my_gates + 3 * H, dz_o.to(dz.dtype.element_ty), mask=live)
            if not EARLY:
                tl.store(d_cell + state_at, dc, mask=live)
        if EARLY:
            through_h = tl.zeros((ROWS, UNITS), tl.float32)
            if not LATE:
                dc = tl.load(d_cell + state_at, mask=live, other=0.0)
            if PEEPHOLES:
                if LATE:
                    met += 1
                    meet(arrived + team, met, MEMBERS)
                d = back(
                    dz, at, live, H, weight_seen + M, weight_peephole, first, 0.0, 0.0,
                    3, H, WIDTH, PEEPHOLES, ROWS, UNITS, TILE, False, PRECISION,
                )  # fmt: skip
                through_h, through_c = halves(d, ROWS, UNITS)
                dc += through_c  # (5)
            input_gate = tl.load(gates + my_gates, mask=live, other=0.0)
            forget_gate = tl.load(gates + my_gates + H, mask=live, other=0.0)
            candidate = tl.load(gates + my_gates + 2 * H, mask=live, other=0.0)
            kept = tl.load(cells + mine - H, mask=began, other=0.0)
            kept += tl.load(start_cell + state_at, mask=live & (began == 0), other=0.0)
            dz_i, dz_f, dz_c, dc = early_back(dc, input_gate, forget_gate, candidate, kept, goes_on)
            tl.store(dz + my_gates, dz_i.to(dz.dtype.element_ty), mask=live)
            tl.store(dz + my_gates + H, dz_f.to(dz.dtype.element_ty), mask=live)
            tl.store(dz + my_gates + 2 * H, dz_c.to(dz.dtype.element_ty), mask=live)
            tl.store(d_hidden + state_at, through_h, mask=live)
            tl.store(d_cell + state_at, dc, mask=live)
        if EARLY and READ:
            met += 1
            meet(arrived + team, met, MEMBERS)
        if READ:
            d_read = tl.load(d_contexts + at[:, None] * M + reads[None, :], mask=live & shown, other=0.0).to(tl.float32)
            for k in range(0, 4 * H, TILE):
                left = tl.load(
                    dz + at[:, None] * 4 * H + k + inner[None, :], mask=live, other=0.0, cache_modifier=".cg"
                )
                right = tl.load(weight_seen + (k + inner)[:, None] * WIDTH + reads[None, :], mask=shown, other=0.0)
                d_read = tl.dot(left, right, d_read, input_precision=PRECISION)
            tl.store(d_context + at[:, None] * M + reads[None, :], d_read.to(dz.dtype.element_ty), mask=live & shown)
            d = back(
                dz, at, live, H, weight_seen + M, weight_peephole, first, 0.0, 0.0,
                0, H, WIDTH, PEEPHOLES, ROWS, UNITS, TILE, False, PRECISION,
            )  # fmt: skip
            d += back(
                dz, at, live, H, weight_seen + M, weight_peephole, first, 0.0, 0.0,
                1, H, WIDTH, PEEPHOLES, ROWS, UNITS, TILE, False, PRECISION,
            )  # fmt: skip
            d += back(
                dz, at, live, H, weight_seen + M, weight_peephole, first, 0.0, 0.0,
                2, H, WIDTH, PEEPHOLES, ROWS, UNITS, TILE, False, PRECISION,
            )  # fmt: skip
            if PEEPHOLES:
                through_h, through_c = halves(d, ROWS, UNITS)
                through_h += tl.load(d_hidden + state_at, mask=live, other=0.0)
                through_c += tl.load(d_cell + state_at, mask=live, other=0.0)
                tl.store(d_cell + state_at, through_c, mask=live)
            else:
                through_h = d + back(
                    dz, at, live, H, weight_seen + M, weight_peephole, first, 0.0, 0.0,
                    3, H, WIDTH, PEEPHOLES, ROWS, UNITS, TILE, False, PRECISION,
                )  # fmt: skip
            tl.store(d_hidden + state_at, through_h, mask=live)
        if READ and ATTEND:
            met += 1
            meet(arrived + team, met, MEMBERS)
        if ATTEND:
            for row in range(team * ROWS + member, tl.minimum(team * ROWS + ROWS, batch), MEMBERS):
                here = row * time + t
                real = span < tl.load(src_lengths + row)
                d_weight = tl.zeros((SPAN,), tl.float32)
                for m in range(0, M, SOME):
                    part = m + some
                    d_part = tl.load(d_context + here * M + part, mask=part < M, other=0.0, cache_modifier=".cg")
                    state = of_sentence(states, row, real, part, src_len, M, SPAN)
                    d_weight += tl.sum(state * d_part.to(tl.float32)[None, :], axis=1)  # (15)
                weight = tl.load(weights + here * src_len + span, mask=span < src_len, other=0.0)
                d_score = weight * (d_weight - tl.sum(weight * d_weight, axis=0))  # (14)
                tl.store(d_scores + here * src_len + span, d_score, mask=span < src_len)
                for a in range(0, A, SOME):
                    part = a + some
                    query = tl.load(queries + here * A + part, mask=part < A, other=0.0)
                    slope = tl.load(energy + part, mask=part < A, other=0.0)
                    key = of_sentence(keys, row, real, part, src_len, A, SPAN)
                    curve = tanh(key + query[None, :])
                    d_query = tl.sum(d_score[:, None] * (1 - curve * curve), axis=0) * slope  # (13)
                    tl.store(d_queries + here * A + part, d_query.to(d_queries.dtype.element_ty), mask=part < A)
        if READ and ATTEND:
            met += 1
            meet(arrived + team, met, MEMBERS)


@triton.jit
@no_type_check
def keys_back(
    keys, queries, energy, d_scores, d_keys, d_energy, time, src_len,
    A: tl.constexpr, SPAN: tl.constexpr, SOME: tl.constexpr,
):  # fmt: skip
    """For one sentence and SOME units: the gradient of the keys, and its part of that of v, d_energy [batch, A]."""
    row, span = tl.program_id(0), tl.arange(0, SPAN)
    part = tl.program_id(1) * SOME + tl.arange(0, SOME)
    at = (row * src_len + span)[:, None] * A + part[None, :]
    held = (span < src_len)[:, None] & (part < A)[None, :]
    key = of_sentence(keys, row, span < src_len, part, src_len, A, SPAN)
    d_key = tl.zeros((SPAN, SOME), tl.float32)
    d_slope = tl.zeros((SOME,), tl.float32)
    for t in range(time):
        here = row * time + t
        query = tl.load(queries + here * A + part, mask=part < A, other=0.0)
        d_score = tl.load(d_scores + here * src_len + span, mask=span < src_len, other=0.0)
        curve = tanh(key + query[None, :])
        d_key += d_score[:, None] * (1 - curve * curve)  # (13)
        d_slope += tl.sum(d_score[:, None] * curve, axis=0)
    slope = tl.load(energy + part, mask=part < A, other=0.0)
    tl.store(d_keys + at, (d_key * slope[None, :]).to(d_keys.dtype.element_ty), mask=held)
    tl.store(d_energy + row * A + part, d_slope, mask=part < A)
