"""Compute many changed runs of one sentence at once: their probabilities at one step, and their outputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from s2s_core.arrays import argmax
from s2s_core.decoder import teacher_forced
from s2s_core.described import described
from s2s_core.edits import ByRow, Clamp, Edits, Replace, Site
from s2s_core.patching.parts import Part, part_of, parts_of
from s2s_core.records import Memory
from s2s_core.search import COMPACT_BELOW, steps_allowed
from s2s_core.seq2seq import Seq2Seq
from s2s_core.threads import let_pass
from s2s_core.tokenizer import BOS, EOS, Tokenizer

ROWS = 256  # runs at a time
Values = Mapping[tuple[str, int], Float[Tensor, " units"]]  # (name of a part, place) -> numbers


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sentences, with the model's output for it."""

    text: str
    src_ids: tuple[int, ...]  # with the marks that the encoder reads
    src_tokens: tuple[str, ...]
    tgt_ids: tuple[int, ...]  # with the end mark where the answer has one
    tgt_tokens: tuple[str, ...]
    output: str

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Effect:
    """The result of a run at the measured step."""

    log_odds: float  # log p(donor's token) - log p(receiver's token), in nats
    p_receiver: float
    p_donor: float
    output: str | None  # the greedy output, if it was asked for

    __repr__ = described


@dataclass(frozen=True, eq=False)
class Runs:
    """A receiver and a donor of one model, the measured step, and the donor's states up to this step."""

    net: Seq2Seq
    tokenizer: Tokenizer  # of the target
    receiver: Side
    donor: Side
    step: int  # of the output, from 0
    fed: tuple[int, ...]  # to both runs, up to this step: the start mark, y_1, y_2, ...
    tokens: tuple[int, int]  # at this step: the receiver's and the donor's
    partners: tuple[int | None, ...]  # for each source place of the receiver, the donor's
    layer: int | None
    states: Values  # of the donor

    __repr__ = described

    def part(self, name: str) -> Part:
        """A part by its name, at the layer of these runs."""
        return part_of(name, self.net.config, self.layer)

    def places(self, part: Part) -> range:
        """The places of the receiver at which a part can be put in: no step after the measured one."""
        return range(len(self.receiver.src_tokens) if part.axis == "source" else self.step + 1)

    def partner(self, part: Part, place: int) -> int | None:
        """The donor's place that corresponds to one of the receiver's."""
        return self.partners[place] if part.axis == "source" else place

    def values(self, part: Part, place: int) -> Float[Tensor, " units"] | None:
        """The donor's numbers for a place of the receiver; None if there are none.

        A row of attention weights is moved to the corresponding source places. Weights without such a place are
        dropped, and the rest is scaled to the sum 1.
        """
        partner = self.partner(part, place)
        if partner is None:
            return None
        values = self.states[part.name, partner]
        if part.name != "weights":
            return values
        row = values.new_zeros(len(self.partners))
        for mine, other in enumerate(self.partners):
            if other is not None:
                row[mine] = values[other]
        if len(set(self.partners) - {None}) == len(values):
            return row
        return row / row.sum() if row.sum() > 0 else None

    def edits(self, part: Part, place: int | None, units: Sequence[int] | None = None) -> Edits:
        """The edits that put a part of the donor in at one place or, if it is None, at all places with a partner."""
        found = []
        for at in self.places(part) if place is None else (place,):
            if (values := self.values(part, at)) is not None:
                numbers = tuple((values if units is None else values[list(units)]).tolist())
                only = None if units is None else tuple(units)
                site = part.site
                found.append(
                    Replace(
                        part=site.part, quantity=site.quantity, step=at, values=numbers, layer=site.layer, units=only
                    )
                )
        return Edits(tuple(found))

    @torch.inference_mode()
    def effects(self, edits: Sequence[Edits], *, outputs: bool = True) -> list[Effect]:
        """The effect of each of these edits on the receiver; without ``outputs``, no greedy output is computed."""
        found: list[Effect] = []
        for first in range(0, len(edits), ROWS):
            rows = ByRow(tuple(edits[first : first + ROWS]))
            memory = _memory(self.net, self.receiver.src_ids, rows)
            logits = _forced(self.net, memory, self.fed, rows)
            written = _greedy(self.net, memory, rows) if outputs else [None] * len(rows.rows)
            for row, ids in zip(logits, written, strict=True):
                output = None if ids is None else self.tokenizer.decode(ids)
                found.append(effect_of(row, self.tokens, output))
        return found


def record(
    net: Seq2Seq, src_ids: Sequence[int], fed: Sequence[int], layer: int | None
) -> tuple[Values, Float[Tensor, " tgt_vocab"]]:
    """The numbers of a run for every part and place, in the network's precision, and the logits of its last step."""
    named = {part.site: part.name for part in (part_of(name, net.config, layer) for name in parts_of(net.config))}
    seen: dict[tuple[str, int], Tensor] = {}

    def look(site: Site, t: int, value: Tensor) -> Tensor:
        if site in named:
            seen[named[site], t] = value[0]
        return value

    src = torch.tensor([list(src_ids)], device=net.device)
    with torch.inference_mode():
        memory = net.encode(src, torch.ones_like(src, dtype=torch.bool), look)
        tokens = torch.tensor([list(fed)], device=net.device)
        *_, last = net.decoder.steps(memory, teacher_forced(tokens), length=len(fed), edit=look)
    return seen, last.logits[0]


def effect_of(logits: Float[Tensor, " tgt_vocab"], tokens: tuple[int, int], output: str | None) -> Effect:
    """The effect for given logits: the probabilities of the receiver's and the donor's token."""
    log_probs = logits.double().log_softmax(dim=-1)[list(tokens)]
    (receiver, donor), (p_receiver, p_donor) = log_probs.tolist(), log_probs.exp().tolist()
    return Effect(donor - receiver, p_receiver, p_donor, output)


def _memory(net: Seq2Seq, src_ids: Sequence[int], edits: ByRow) -> Memory:
    """The memory of each row. The encoder runs once for all rows whose edits do not touch its cells."""
    touched = [row for row, several in enumerate(edits.rows) if any(map(_of_the_encoder, several.edits))]
    src = torch.tensor([list(src_ids)] * (len(touched) + 1), device=net.device)
    rows = ByRow((*edits.select(touched).rows, Edits(())))
    states, finals = net.encoder.summarise(net.encoder.steps(src, torch.ones_like(src, dtype=torch.bool), rows))
    index = torch.full((len(edits.rows),), len(touched), device=net.device)
    index[touched] = torch.arange(len(touched), device=net.device)
    mask = torch.ones(len(index), len(src_ids), dtype=torch.bool, device=net.device)
    return net.memory_of(states[index], tuple(final.select(index) for final in finals), mask, edits)


def _of_the_encoder(edit: Clamp | Replace) -> bool:
    return edit.part in (None, "encoder.forward", "encoder.backward")


def _forced(net: Seq2Seq, memory: Memory, fed: Sequence[int], edits: ByRow) -> Float[Tensor, "rows tgt_vocab"]:
    """The logits of the last step, with the same tokens fed to all rows."""
    tokens = torch.tensor([list(fed)] * len(edits.rows), device=net.device)
    *_, last = net.decoder.steps(memory, teacher_forced(tokens), length=len(fed), edit=edits)
    return last.logits


def _greedy(net: Seq2Seq, memory: Memory, edits: ByRow) -> list[list[int]]:
    """The greedy output of each row, without the end mark."""
    written: list[list[int]] = [[] for _ in edits.rows]
    rows = list(range(len(written)))  # the answer that each row of the batch belongs to
    ended: set[int] = set()
    state = net.decoder.start(memory)
    token = torch.full((len(rows),), BOS, device=net.device)
    for t in range(steps_allowed(net, None)):
        let_pass()
        step = net.decoder.step(token, memory, state, t=t, edit=edits)
        token, state = argmax(step.logits), step.state
        for row, one in zip(rows, token.tolist(), strict=True):
            if one == EOS:
                ended.add(row)
            elif row not in ended:
                written[row].append(one)
        live = [place for place, row in enumerate(rows) if row not in ended]
        if not live:
            break
        if len(live) <= COMPACT_BELOW * len(rows):
            chosen = torch.tensor(live, device=net.device)
            token, memory, state = token[chosen], memory.select(chosen), state.select(chosen)
            edits, rows = edits.select(live), [rows[place] for place in live]
    return written
