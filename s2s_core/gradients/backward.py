"""The backward pass of one loss: autograd's gradient of every quantity at every step, split into paths."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from s2s_core import arguments
from s2s_core.attention import Attention
from s2s_core.cells import Cell
from s2s_core.errors import InvalidConfig
from s2s_core.gradients.forward import Run, run_forward
from s2s_core.gradients.paths import Adjoints, cell_paths, hidden_paths, input_paths
from s2s_core.gradients.records import Flow, Gradients
from s2s_core.records import CellState, CellStep, LSTMStep
from s2s_core.seq2seq import Seq2Seq

Paths = dict[str, Tensor]


@torch.inference_mode(False)
@torch.enable_grad()
def trace_back(
    net: Seq2Seq,
    source: Sequence[int],
    targets: Sequence[int],
    fed: Sequence[int],
    *,
    output: int | None,
    src_tokens: tuple[str, ...],
    tgt_tokens: Callable[[int], str],
) -> Gradients:
    """The gradients of -log p of one output token, or of the sum over all, with respect to all states and inputs.

    Args:
        net: the model.
        source: the ids that the encoder reads, with its marks.
        targets: the ids in whose loss -log p the gradients are taken, one per step.
        fed: the ids that the decoder is fed, one per step.
        output: the step of the one token, from 0; None: the sum over all.
        src_tokens: the tokens of the source's ids.
        tgt_tokens: a function from a target id to its token.

    Raises:
        InvalidConfig: for a step that the output does not have.
    """
    run = run_forward(net, source, targets, fed)
    if output is not None:
        if not len(targets):
            raise InvalidConfig("there is no output, so no gradient of one")
        output = arguments.whole("output", output, 0, len(targets) - 1)
    loss = run.losses.sum() if output is None else run.losses[output]
    back = _Backward(run, loss)
    encoder = tuple(
        {way: back.encoder_flow(layer, way) for way in run.net.config.directions}
        for layer in range(run.net.config.encoder_layers)
    )
    return Gradients(
        src_tokens=src_tokens,
        fed_tokens=tuple(map(tgt_tokens, fed)),
        tgt_tokens=tuple(map(tgt_tokens, targets)),
        output=output,
        loss=float(loss.detach()),
        losses=_array(run.losses),
        encoder=encoder,
        decoder=tuple(back.decoder_flow(layer) for layer in range(run.net.config.decoder_layers)),
        joined=_array(back.joined),
        joined_paths=_arrays(back.joined_paths),
        context=_array(back.context),
        scores=None if back.scores is None else _array(back.scores),
        strands=None if back.strands is None else _array(back.strands),
    )


class _Backward:
    """The backward pass of one loss: the adjoints from autograd, and the paths between them."""

    def __init__(self, run: Run, loss: Tensor) -> None:
        self.run, self.net, self.config = run, run.net, run.net.config
        cells = {key: [step.cell for step in steps] for key, steps in run.reading.items()}
        for layer in range(self.config.decoder_layers):
            cells[layer, "decoder"] = [step.cells[layer] for step in run.writing]
        attended = [step.attention for step in run.writing]
        towards: dict[str, Sequence[Tensor]] = {"start": _tensors(run.start.cells)}
        towards |= {f"{key} {name}": rows for key, steps in cells.items() for name, rows in _nodes(steps).items()}
        towards["context"] = [step.context for step in attended]
        towards["scores"] = [step.scores for step in attended if step.scores is not None]
        towards["logits"] = [step.logits for step in run.writing]
        found = iter(run.back(loss, [tensor for tensors in towards.values() for tensor in tensors]))  # all at once
        back = {name: [next(found) for _ in tensors] for name, tensors in towards.items()}
        self._start = back["start"]
        rows = {name: torch.cat(gradients) for name, gradients in back.items() if name != "start" and gradients}
        self._adjoints = {
            key: Adjoints(steps, rows[f"{key} hidden"], rows.get(f"{key} cell"), rows[f"{key} sums"])
            for key, steps in cells.items()
        }
        self.context, self.scores, self._logits = rows["context"], rows.get("scores"), rows["logits"]
        self._follow_attention()
        self._follow_readout()

    def _follow_attention(self) -> None:
        """The backward pass of (13)-(15): gradients of the queries s and the states h_j, and of each pair (i, j)."""
        memory, context = self.run.memory, self.net.decoder.context
        states = memory.states.detach().requires_grad_()
        finals = tuple(_leaf(final) for final in memory.finals)
        prepared = context.prepare(states, memory.mask, finals)
        self.queries = torch.zeros_like(self._adjoints[self.config.decoder_layers - 1, "decoder"].hidden)
        self.strands: Tensor | None = None
        if self.scores is None or not isinstance(context, Attention):  # a fixed context (8)
            given = self.context.sum(dim=0)[None, None]
            towards = [states, *_tensors(finals)]
            found = torch.autograd.grad(prepared, towards, given, allow_unused=True)
            self.joined_paths = {"context": _or_zeros(found[0], states)[0]}
            self._finals_by_context = [_or_zeros(one, of) for one, of in zip(found[1:], towards[1:], strict=True)]
            self.joined = self.joined_paths["context"]
            return
        self._finals_by_context = [torch.zeros_like(of) for of in _tensors(finals)]
        weights = torch.cat([step.attention.weights for step in self.run.writing]).detach()  # type: ignore[misc]
        by_context = weights[:, :, None] * self.context[:, None, :]  # (15): alpha_ij δc_i
        by_scores, queries = [], []
        for query, given in zip(self._queries(), self.scores, strict=True):
            query = query.detach().requires_grad_()
            found = torch.autograd.grad(
                context.score(query, prepared), [query, states], given[None], retain_graph=True, allow_unused=True
            )
            queries.append(_or_zeros(found[0], query)[0])
            by_scores.append(_or_zeros(found[1], states)[0])
        self.queries = torch.stack(queries)
        through_scores = torch.stack(by_scores)
        self.strands = torch.linalg.vector_norm(by_context + through_scores, dim=2)
        self.joined_paths = {"context": by_context.sum(dim=0), "scores": through_scores.sum(dim=0)}
        self.joined = self.joined_paths["context"] + self.joined_paths["scores"]

    def _queries(self) -> Iterable[Tensor]:
        """Each step's query: s_{i-1}, or s_i where the decoder attends after its cells."""
        tops = [step.cells[-1].hidden for step in self.run.writing]
        return tops if self.config.attend == "after" else [self.run.start.cells[-1].hidden, *tops[:-1]]

    def _follow_readout(self) -> None:
        """The backward pass of g, (12): gradients of y_{t-1} and s_t from the logits and a fed readout."""
        decoder, steps = self.net.decoder, self.run.writing
        fed = torch.cat([step.token for step in steps])
        y = decoder.embedding(fed).detach().requires_grad_()
        s = torch.cat([step.cells[-1].hidden for step in steps]).detach().requires_grad_()
        context = torch.cat([step.attention.context for step in steps]).detach()
        readout = decoder.readout(y, s, decoder.readout_c(context))
        through, given = [decoder.logits(readout)], [self._logits]
        if self.config.input_feeding:
            bottom = decoder.cell(0)
            back = self._adjoints[0, "decoder"].sums @ bottom.weight_input["feed"].detach()
            through.append(readout)
            given.append(torch.cat([back[1:], torch.zeros_like(back[:1])]))
        self._y_by_readout, self._s_by_readout = torch.autograd.grad(through, [y, s], given)

    def encoder_flow(self, layer: int, way: str) -> Flow:
        """The gradients at one layer and direction, in source order."""
        cell, adjoints = self.net.encoder.cell(layer, way), self._adjoints[layer, way]
        hidden, cells = hidden_paths(cell, adjoints), cell_paths(cell, adjoints)
        reversed = way == "backward"
        size = self.config.encoder_hidden
        columns = slice(size, None) if reversed else slice(0, size)
        if layer == self.config.encoder_layers - 1:
            for name, rows in self.joined_paths.items():
                hidden[name] = rows[:, columns].flip(0) if reversed else rows[:, columns]
        else:
            above = sum(
                rows.flip(0) if over == "backward" else rows
                for over in self.config.directions
                for rows in [self._inputs(self.net.encoder.cell(layer + 1, over), "x", self._adjoints[layer + 1, over])]
            )
            assert isinstance(above, Tensor), "an encoder has a direction"
            hidden["above"] = above[:, columns].flip(0) if reversed else above[:, columns]
        last = torch.zeros_like(adjoints.hidden)
        for_hidden, for_cell = self._bridge[layer]
        if for_hidden is not None:
            last[-1] = for_hidden[0, columns]
            hidden["bridge"] = last
        if adjoints.cell is not None and for_cell is not None:
            at_end = torch.zeros_like(adjoints.cell)
            at_end[-1] = for_cell[0, columns]
            cells["bridge"] = at_end
        flow = _flow(self.config.cell, adjoints, hidden, cells, input_paths(cell, "x", adjoints))
        return _in_source_order(flow) if reversed else flow

    @property
    def _bridge(self) -> list[tuple[Tensor | None, Tensor | None]]:
        """The gradients of each encoder layer's last states, from the decoder's start and from a fixed context."""
        finals = tuple(_leaf(final) for final in self.run.memory.finals)
        started = self.net.decoder.bridge(finals, self.net.decoder.cell(0).initial(1))
        towards, ends = _tensors(finals), zip(_tensors(started), self._start, strict=True)
        reached = [(one, given) for one, given in ends if one.requires_grad]
        found: Sequence[Tensor | None] = [None] * len(towards)
        if reached:
            outputs, given = zip(*reached, strict=True)
            found = torch.autograd.grad(outputs, towards, given, allow_unused=True)
        total = [
            _or_zeros(one, of) + more for one, of, more in zip(found, towards, self._finals_by_context, strict=True)
        ]
        width = len(towards) // len(finals)
        return [
            (total[width * layer], total[width * layer + 1] if width == 2 else None) for layer in range(len(finals))
        ]

    def decoder_flow(self, layer: int) -> Flow:
        """The gradients at one layer of the decoder, in output order. Its inputs are y, or the states below."""
        cell, adjoints = self.net.decoder.cell(layer), self._adjoints[layer, "decoder"]
        hidden, cells = hidden_paths(cell, adjoints), cell_paths(cell, adjoints)
        if layer == self.config.decoder_layers - 1:
            hidden["output"] = self._s_by_readout
            if self.scores is not None:
                after = self.config.attend == "after"
                hidden["attention"] = (
                    self.queries if after else torch.cat([self.queries[1:], torch.zeros_like(self.queries[:1])])
                )
        else:
            hidden["above"] = self._inputs(self.net.decoder.cell(layer + 1), "x", self._adjoints[layer + 1, "decoder"])
        inputs = input_paths(cell, "x" if layer else "y", adjoints)
        if layer == 0:
            inputs["output"] = self._y_by_readout
        return _flow(self.config.cell, adjoints, hidden, cells, inputs)

    @staticmethod
    def _inputs(cell: Cell, part: str, adjoints: Adjoints) -> Tensor:
        return adjoints.sums @ cell.weight_input[part].detach()


def _nodes(steps: Sequence[CellStep]) -> dict[str, list[Tensor]]:
    """The tensors of a cell whose gradients are needed: its states, and for each gate's sum one of its terms."""
    cells = [step.cell for step in steps if isinstance(step, LSTMStep)]
    sums = [next(iter(step.input_terms.values())) for step in steps]
    return {"hidden": [step.hidden for step in steps], "sums": sums} | ({"cell": cells} if cells else {})


def _flow(kind: str, adjoints: Adjoints, hidden: Paths, cells: Paths, inputs: Paths) -> Flow:
    total = sum(inputs.values())
    assert isinstance(total, Tensor), "every cell reads something"
    return Flow(
        kind=kind,
        hidden=_array(adjoints.hidden),
        cell=None if adjoints.cell is None else _array(adjoints.cell),
        inputs=_array(total),
        hidden_paths=_arrays(hidden),
        cell_paths=_arrays(cells),
        input_paths=_arrays(inputs),
    )


def _in_source_order(flow: Flow) -> Flow:
    """The flow of a cell that read from right to left."""

    def turned(paths: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {name: rows[::-1] for name, rows in paths.items()}

    return Flow(
        kind=flow.kind,
        hidden=flow.hidden[::-1],
        cell=None if flow.cell is None else flow.cell[::-1],
        inputs=flow.inputs[::-1],
        hidden_paths=turned(flow.hidden_paths),
        cell_paths=turned(flow.cell_paths),
        input_paths=turned(flow.input_paths),
    )


def _leaf(state: CellState) -> CellState:
    hidden = state.hidden.detach().requires_grad_()
    return CellState(hidden, None if state.cell is None else state.cell.detach().requires_grad_())


def _tensors(states: Iterable[CellState]) -> list[Tensor]:
    return [part for state in states for part in (state.hidden, state.cell) if part is not None]


def _or_zeros(found: Tensor | None, of: Tensor) -> Tensor:
    return torch.zeros_like(of) if found is None else found


def _array(numbers: Tensor) -> np.ndarray:
    array: np.ndarray = numbers.detach().cpu().numpy()
    array.setflags(write=False)
    return array


def _arrays(paths: Paths) -> dict[str, np.ndarray]:
    return {name: _array(rows) for name, rows in paths.items()}
