"""The gradient's way back: against autograd through edits, finite differences, and its own parts, in float64."""

from functools import partial

import numpy as np
import pytest
import torch
from small_models import VARIANTS, small_translator
from torch.func import jacrev

import s2s_core as s2s
from s2s_core.batch import Batch
from s2s_core.config import PEEPHOLES
from s2s_core.errors import InvalidConfig
from s2s_core.gradients import cell_jacobian, decay, shares, sizes
from s2s_core.records import CellState

TEXT, REFERENCE = "abcadge", "0123"
every_variant = pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)


@every_variant
@pytest.mark.parametrize("output", [None, 2])
def test_the_paths_add_up_to_the_gradient_of_every_state_and_input(changes, output):
    found = small_translator(**changes).gradients(TEXT, reference=REFERENCE, output=output)
    for part, layer, flow in found.flows():
        for quantity, total, paths in flow.quantities():
            assert np.isfinite(total).all()
            added = np.sum(list(paths.values()), axis=0)
            np.testing.assert_allclose(added, total, atol=1e-10, err_msg=f"{part} {layer} {quantity}")
            np.testing.assert_allclose(np.sum(list(shares(total, paths).values()), axis=0), sizes(total), atol=1e-10)
    assert max(sizes(flow.hidden).max() for _, _, flow in found.flows()) > 1e-6


@every_variant
def test_every_gradient_is_that_of_a_number_added_at_this_place(changes):
    """An edit adds a leaf to each state, so small that it moves nothing: independent of the records and the paths."""
    translator = small_translator(**changes)
    found = translator.gradients(TEXT, reference=REFERENCE, output=3)
    net = translator.net.double()
    source = net.source_ids(translator.encode(TEXT).ids)
    targets = translator.encode_reference(REFERENCE).ids
    batch = Batch.of([source], [list(targets)])
    added: dict[tuple[str, int, str, int], torch.Tensor] = {}

    def edit(site, t, value):
        if site.quantity in ("hidden", "cell", "scores", "context"):
            leaf = torch.full_like(value, 1e-12).requires_grad_()
            added[site.part, site.layer, site.quantity, t] = leaf
            return value + leaf
        return value

    memory = net.encode(batch.src, batch.src_mask, edit)
    columns = batch.tgt_in.unbind(dim=1)
    steps = list(net.decoder.steps(memory, lambda t, last: columns[t], length=len(columns), edit=edit))
    log_probs = torch.log_softmax(steps[3].logits, dim=-1)
    (-log_probs[0, batch.tgt_out[0, 3]]).backward()

    def expected(part, layer, quantity, length):
        rows = [added[part, layer, quantity, t].grad for t in range(length)]
        return torch.cat([torch.zeros_like(added[part, layer, quantity, 0]) if row is None else row for row in rows])

    for part, layer, flow in found.flows():
        for quantity, total, _ in flow.quantities():
            if quantity != "inputs":
                wanted = expected(part, layer, quantity, len(total))
                np.testing.assert_allclose(total, wanted, atol=1e-10, err_msg=f"{part} {layer} {quantity}")
    np.testing.assert_allclose(found.context, expected("attention", 0, "context", len(columns)), atol=1e-10)
    if found.scores is not None:
        np.testing.assert_allclose(found.scores, expected("attention", 0, "scores", len(columns)), atol=1e-10)
    assert found.loss == pytest.approx(-log_probs[0, batch.tgt_out[0, 3]].item(), abs=1e-10)


@pytest.mark.parametrize("changes", [{}, {"cell": "gru"}, {"cell": "rnn"}, {"input_feeding": True}], ids=str)
@pytest.mark.parametrize("side", ["encoder", "decoder"])
def test_inputs_have_the_gradient_of_finite_differences(changes, side):
    """A token that stands once is its row of the embedding: nudged, the loss moves as the gradient says."""
    translator = small_translator(**changes)
    found = translator.gradients("abcdefg", reference=REFERENCE, output=3)
    flow = found.encoder[0]["forward"] if side == "encoder" else found.decoder[0]
    total = flow.inputs[2] + (found.encoder[0]["backward"].inputs[2] if side == "encoder" else 0)
    net = translator.net.double()
    ids = translator.encode("abcdefg").ids if side == "encoder" else translator.encode_reference(REFERENCE).ids
    row = net.encoder.embedding.weight[ids[2]] if side == "encoder" else net.decoder.embedding.weight[ids[1]]
    for unit in range(len(row)):
        moved = []
        for step in (1e-5, -1e-5):
            with torch.no_grad():
                row[unit] += step
                moved.append(translator.gradients("abcdefg", reference=REFERENCE, output=3).loss)
                row[unit] -= step
        assert total[unit] == pytest.approx((moved[0] - moved[1]) / 2e-5, abs=1e-8)


def test_without_a_reference_the_loss_is_that_of_the_answer_and_the_sum_is_that_of_its_outputs():
    translator = small_translator()
    trace, whole = translator.trace(TEXT), translator.gradients(TEXT)
    assert whole.tgt_tokens == trace.tgt_tokens and whole.fed_tokens == trace.fed_tokens
    assert whole.src_tokens == trace.src_tokens
    np.testing.assert_allclose(-whole.losses, trace.token_log_probs, atol=1e-5)
    singles = [translator.gradients(TEXT, output=k) for k in range(len(whole.tgt_tokens))]
    np.testing.assert_allclose(sum(one.decoder[0].hidden for one in singles), whole.decoder[0].hidden, atol=1e-10)
    np.testing.assert_allclose(sum(one.encoder[0]["forward"].cell for one in singles), whole.encoder[0]["forward"].cell,
                               atol=1e-10)  # fmt: skip
    assert not singles[0].decoder[0].hidden[1:].any(), "what is written later does not count for an output"


def test_a_model_is_left_as_it_is():
    translator = small_translator()
    before = {name: weight.clone() for name, weight in translator.net.named_parameters()}
    translator.gradients(TEXT)
    for name, weight in translator.net.named_parameters():
        assert torch.equal(weight, before[name]) and weight.requires_grad and weight.grad is None
        assert weight.dtype == torch.float32


@pytest.mark.parametrize("output", [-1, 5, True])
def test_an_output_that_is_not_there_is_refused(output):
    with pytest.raises(InvalidConfig, match=r"output is .*, must be a whole number from 0 to 4"):
        small_translator().gradients(TEXT, reference=REFERENCE, output=output)


@pytest.mark.parametrize("part", ["forward", "backward", "decoder"])
@pytest.mark.parametrize(
    "changes", [*({"peephole": peephole} for peephole in PEEPHOLES), {"cell": "gru"}, {"cell": "rnn"}], ids=str
)
def test_the_jacobian_of_a_step_is_autograds(changes, part):
    translator = small_translator(**changes)
    trace = translator.trace(TEXT, reference=REFERENCE)
    net = translator.net
    cell = net.decoder.cell(0) if part == "decoder" else net.encoder.cell(0, part)
    numbers = trace.decoder.top if part == "decoder" else getattr(trace.encoder, part)
    for position in range(len(numbers.hidden)):
        found = cell_jacobian(cell, numbers, position, reversed=part == "backward")
        before = position + (1 if part == "backward" else -1)
        old = {"hidden": numbers.initial_hidden, "cell": numbers.initial_cell}
        if 0 <= before < len(numbers.hidden):
            old = {name: numbers.quantities()[name][before] for name in old if old[name] is not None}
        read = [sum(numbers.terms(gate)[name][position] for name in numbers.terms(gate) if name not in NOT_READ)
                for gate in cell.gates]  # fmt: skip
        wanted = jacrev(partial(next_state, cell, found.state, old, np.concatenate(read)))(
            torch.tensor(old[found.state])
        )
        np.testing.assert_allclose(found.total, wanted.detach(), atol=2e-5)


def next_state(cell, name, old, read, given):
    """A state of the step after `old`, in which `given` takes the place of the state of this name."""
    states = {of: torch.tensor(values)[None] for of, values in old.items() if values is not None}
    step = cell.step({"x": torch.tensor(read)[None]}, CellState(**{**states, name: given[None]}))
    return getattr(step, name)[0]


NOT_READ = ("h", "peephole", "bias")


def test_a_position_without_a_step_has_no_jacobian():
    translator = small_translator()
    with pytest.raises(IndexError, match="position 9 of 8"):
        cell_jacobian(translator.net.encoder.cell(0, "forward"), translator.trace(TEXT).encoder.forward, 9)


@pytest.mark.parametrize("changes", [{}, {"cell": "rnn", "context": "last"}, {"bidirectional": False}], ids=str)
def test_decay_has_the_gradients_of_each_output_and_counts_the_steps_back(changes):
    translator = small_translator(**changes)
    found = {one.part: one for one in decay(translator.forced_run(TEXT, reference=REFERENCE))}
    assert list(found) == [*translator.net.config.directions, "decoder"]
    for output in range(len(REFERENCE) + 1):
        gradients = translator.gradients(TEXT, reference=REFERENCE, output=output)
        for part, one in found.items():
            flow = gradients.decoder[-1] if part == "decoder" else gradients.encoder[-1][part]
            np.testing.assert_allclose(one.sizes[output], sizes(flow.hidden), atol=1e-12)
    last = len(TEXT)  # the end mark
    assert found["decoder"].distance[3].tolist() == [3, 2, 1, 0, -1]
    assert found["forward"].distance[3, last] == 4 and found["forward"].distance[0, 0] == last + 1
    if "backward" in found:
        assert found["backward"].distance[3, 0] == 4 and found["backward"].distance[0, last] == last + 1
    distances, means = found["forward"].by_distance()
    assert distances.tolist() == list(range(1, last + 6))
    diagonal = [found["forward"].sizes[i, j] for i in range(5) for j in range(last + 1) if i + 1 + last - j == 4]
    assert means[3] == pytest.approx(np.mean(diagonal))


def test_a_plain_cell_loses_over_distance_what_a_cell_state_keeps():
    """Forget gates at 1: of c_0 everything comes back from c_T; a plain cell multiplies by its weights at each step."""
    lstm = small_translator(peephole="none")
    with torch.no_grad():
        for cell in lstm.net.encoder.layers[0]:
            cell.weight_hidden.zero_()
            for weight in cell.weight_input.values():
                weight.mul_(0.1)
            cell.bias[cell.hidden_size : 2 * cell.hidden_size] = 50.0
    flow = lstm.gradients(TEXT, output=0).encoder[0]["forward"]
    assert flow.cell_paths["cell"][0] == pytest.approx(flow.cell[1], rel=1e-9)


@pytest.mark.parametrize("name", ["dates", "dates-rnn"])
def test_of_a_shipped_model_the_paths_add_up(name):
    found = s2s.load(name, device="cpu").gradients("March 8, 2025", output=9)
    for _, _, flow in found.flows():
        for _, total, paths in flow.quantities():
            np.testing.assert_allclose(np.sum(list(paths.values()), axis=0), total, atol=1e-5)
    assert found.tgt_tokens[9] == "8"
