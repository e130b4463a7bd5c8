"""The cells against independent implementations: torch.nn.LSTM, GRU and RNN, ONNX's LSTM operator, numpy in float64."""

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper

from s2s_core.cells import GRUCell, LSTMCell
from s2s_core.config import PEEPHOLES
from s2s_core.records import CellState
from s2s_core.registry import CELLS, INITS

STEPS, BATCH, INPUT, HIDDEN = 7, 3, 5, 4
VARIANTS = [pytest.param("lstm", {"peephole": name}, id=f"lstm-{name}") for name in PEEPHOLES] + [
    pytest.param(name, {}, id=name) for name in CELLS if name != "lstm"
]


def make(name="lstm", *, parts=None, dtype=torch.float64, **options):
    """A cell whose every parameter is a sizeable random number: no term may vanish from a comparison."""
    generator = torch.Generator().manual_seed(7)
    cell = CELLS[name](input_sizes=parts or {"x": INPUT}, hidden_size=HIDDEN, init=INITS["usual"](), **options).to(
        dtype
    )
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=dtype) * 0.6)
    return cell


def data(*shape, seed=1, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def start(cell, dtype=torch.float64):
    """A state that is not zero, of the kind that the cell keeps."""
    zero = cell.initial(BATCH)
    rest = None if zero.cell is None else data(BATCH, HIDDEN, seed=3, dtype=dtype)
    return CellState(data(BATCH, HIDDEN, seed=2, dtype=dtype).tanh(), rest)


def unroll(cell, x, state):
    """The records of all steps."""
    steps = []
    for row in cell.project("x", x).unbind(0):
        steps.append(cell.step({"x": row}, state))
        state = steps[-1].state
    return steps


def hiddens(steps):
    return torch.stack([step.hidden for step in steps])


def same_gradients(ours, theirs, loss_of_ours, loss_of_theirs):
    for mine, other in zip(
        torch.autograd.grad(loss_of_ours, ours), torch.autograd.grad(loss_of_theirs, theirs), strict=True
    ):
        torch.testing.assert_close(mine, other.reshape(mine.shape))


def test_without_peepholes_the_lstm_is_torchs_with_the_same_gradients():
    cell, x = make(peephole="none"), data(STEPS, BATCH, INPUT).requires_grad_()
    twin = torch.nn.LSTM(INPUT, HIDDEN).double()
    with torch.no_grad():
        twin.weight_ih_l0.copy_(cell.weight_input["x"])
        twin.weight_hh_l0.copy_(cell.weight_hidden)
        twin.bias_ih_l0.copy_(cell.bias)
        twin.bias_hh_l0.zero_()
    state = start(cell)
    steps = unroll(cell, x, state)
    expected, (last_hidden, last_cell) = twin(x, (state.hidden.unsqueeze(0), state.cell.unsqueeze(0)))

    torch.testing.assert_close(hiddens(steps), expected)
    torch.testing.assert_close(steps[-1].hidden, last_hidden[0])
    torch.testing.assert_close(steps[-1].cell, last_cell[0])
    weights = data(STEPS, BATCH, HIDDEN, seed=5)
    same_gradients(
        [x, cell.weight_input["x"], cell.weight_hidden, cell.bias],
        [x, twin.weight_ih_l0, twin.weight_hh_l0, twin.bias_ih_l0],
        (hiddens(steps) * weights).sum() + steps[-1].cell.sum(),
        (expected * weights).sum() + last_cell.sum(),
    )


def test_the_gru_is_torchs_with_the_same_gradients():
    cell, x = make("gru"), data(STEPS, BATCH, INPUT).requires_grad_()
    twin = torch.nn.GRU(INPUT, HIDDEN).double()
    with torch.no_grad():
        twin.weight_ih_l0.copy_(cell.weight_input["x"])
        twin.weight_hh_l0.copy_(cell.weight_hidden)
        twin.bias_ih_l0.copy_(cell.bias)
        twin.bias_hh_l0.zero_()
        twin.bias_hh_l0[2 * HIDDEN :] = cell.bias_hidden
    state = start(cell)
    steps = unroll(cell, x, state)
    expected, _ = twin(x, state.hidden.unsqueeze(0))

    torch.testing.assert_close(hiddens(steps), expected)
    weights = data(STEPS, BATCH, HIDDEN, seed=5)
    same_gradients(
        [x, cell.weight_input["x"], cell.weight_hidden, cell.bias],
        [x, twin.weight_ih_l0, twin.weight_hh_l0, twin.bias_ih_l0],
        (hiddens(steps) * weights).sum(),
        (expected * weights).sum(),
    )


def test_the_plain_cell_is_torchs_with_the_same_gradients():
    cell, x = make("rnn"), data(STEPS, BATCH, INPUT).requires_grad_()
    twin = torch.nn.RNN(INPUT, HIDDEN).double()
    with torch.no_grad():
        twin.weight_ih_l0.copy_(cell.weight_input["x"])
        twin.weight_hh_l0.copy_(cell.weight_hidden)
        twin.bias_ih_l0.copy_(cell.bias)
        twin.bias_hh_l0.zero_()
    state = start(cell)
    steps = unroll(cell, x, state)
    expected, _ = twin(x, state.hidden.unsqueeze(0))

    torch.testing.assert_close(hiddens(steps), expected)
    weights = data(STEPS, BATCH, HIDDEN, seed=5)
    same_gradients(
        [x, cell.weight_input["x"], cell.weight_hidden, cell.bias],
        [x, twin.weight_ih_l0, twin.weight_hh_l0, twin.bias_ih_l0],
        (hiddens(steps) * weights).sum(),
        (expected * weights).sum(),
    )


def test_diagonal_peepholes_are_those_of_onnx():
    """ONNX orders the gates input, output, forget, candidate, and the peepholes P input, output, forget."""
    cell = make(peephole="diagonal", dtype=torch.float32)
    x, state = data(STEPS, BATCH, INPUT, dtype=torch.float32), start(cell, dtype=torch.float32)

    def onnx_order(weight, gates=(0, 3, 1, 2)):
        blocks = weight.detach().numpy().reshape(-1, HIDDEN, *weight.shape[1:])
        return np.concatenate([blocks[gate] for gate in gates])[None]

    feeds = {
        "X": x.numpy(),
        "W": onnx_order(cell.weight_input["x"]),
        "R": onnx_order(cell.weight_hidden),
        "B": np.concatenate([onnx_order(cell.bias), np.zeros((1, 4 * HIDDEN), np.float32)], axis=1),
        "initial_h": state.hidden.numpy()[None],
        "initial_c": state.cell.numpy()[None],
        "P": onnx_order(cell.weight_peephole, gates=(0, 2, 1)),
    }
    node = helper.make_node(
        "LSTM", ["X", "W", "R", "B", "", "initial_h", "initial_c", "P"], ["Y", "", "Y_c"], hidden_size=HIDDEN
    )
    graph = helper.make_graph(
        [node],
        "lstm",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape) for name, value in feeds.items()],
        [
            helper.make_tensor_value_info("Y", TensorProto.FLOAT, [STEPS, 1, BATCH, HIDDEN]),
            helper.make_tensor_value_info("Y_c", TensorProto.FLOAT, [1, BATCH, HIDDEN]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    expected, last_cell = session.run(["Y", "Y_c"], feeds)

    steps = unroll(cell, x, state)
    np.testing.assert_allclose(hiddens(steps).detach(), expected[:, 0], atol=2e-6)
    np.testing.assert_allclose(steps[-1].cell.detach(), last_cell[0], atol=2e-6)


def sigma(z):
    return 1 / (1 + np.exp(-z))


def transcription(cell, x, state):
    """Equations (1)-(6) with peephole matrices, one gate at a time, in numpy: rows are batch items."""
    blocks = {"x": cell.weight_input["x"], "h": cell.weight_hidden, "b": cell.bias}
    W = {}
    for name, weight in blocks.items():
        for gate, block in zip("ifco", np.split(weight.detach().numpy(), 4), strict=True):
            W[name, gate] = block
    for gate, block in zip("ifo", np.split(cell.weight_peephole.detach().numpy(), 3), strict=True):
        W["c", gate] = block
    h, c = state.hidden.numpy(), state.cell.numpy()
    for x_t in x.numpy():
        f = sigma(x_t @ W["x", "f"].T + h @ W["h", "f"].T + c @ W["c", "f"].T + W["b", "f"])
        i = sigma(x_t @ W["x", "i"].T + h @ W["h", "i"].T + c @ W["c", "i"].T + W["b", "i"])
        g = np.tanh(x_t @ W["x", "c"].T + h @ W["h", "c"].T + W["b", "c"])
        c = f * c + i * g
        o = sigma(x_t @ W["x", "o"].T + h @ W["h", "o"].T + c @ W["c", "o"].T + W["b", "o"])
        h = o * np.tanh(c)
        yield {"forget_gate": f, "input_gate": i, "candidate": g, "cell": c, "output_gate": o, "hidden": h}


def test_full_peepholes_are_the_equations():
    cell, x = make(peephole="full"), data(STEPS, BATCH, INPUT)
    state = start(cell)
    for step, expected in zip(unroll(cell, x, state), transcription(cell, x, state), strict=True):
        for quantity, numbers in expected.items():
            np.testing.assert_allclose(getattr(step, quantity).detach(), numbers, atol=1e-12, err_msg=quantity)


def test_diagonal_peepholes_are_full_ones_with_diagonal_matrices():
    diagonal, full = make(peephole="diagonal"), make(peephole="full")
    with torch.no_grad():
        for name in ("weight_hidden", "bias"):
            getattr(full, name).copy_(getattr(diagonal, name))
        full.weight_input["x"].copy_(diagonal.weight_input["x"])
        full.weight_peephole.copy_(torch.cat([vector.diag() for vector in diagonal.weight_peephole.chunk(3)]))
    x, state = data(STEPS, BATCH, INPUT), start(full)
    torch.testing.assert_close(hiddens(unroll(full, x, state)), hiddens(unroll(diagonal, x, state)))


@pytest.mark.parametrize("peephole", ["full", "diagonal"])
def test_peepholes_of_zero_equal_none_but_of_any_size_they_matter(peephole):
    cell, none = make(peephole=peephole), make(peephole="none")
    none.load_state_dict(cell.state_dict(), strict=False)
    x, state = data(STEPS, BATCH, INPUT), start(cell)
    plain = hiddens(unroll(none, x, state))
    assert (hiddens(unroll(cell, x, state)) - plain).abs().max() > 0.01
    with torch.no_grad():
        cell.weight_peephole.zero_()
    # a processor may compute a sigmoid of a whole gate and of a part of a block with another last bit
    torch.testing.assert_close(hiddens(unroll(cell, x, state)), plain, rtol=0, atol=1e-15)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_gradients_are_those_of_finite_differences(name, options):
    cell = make(name, **options)
    x = data(2, BATCH, INPUT).requires_grad_()
    parameters = tuple(cell.parameters())  # perturbed in place, so the cell sees them without being passed them

    def run(x, hidden, *rest):
        state = CellState(hidden, rest[0] if isinstance(cell, LSTMCell) else None)
        steps = unroll(cell, x, state)
        return hiddens(steps), *([steps[-1].cell] if isinstance(cell, LSTMCell) else [])

    state = start(cell)
    states = [part.requires_grad_() for part in (state.hidden, state.cell) if part is not None]
    assert torch.autograd.gradcheck(run, (x, *states, *parameters))


def one_step(cell):
    """One step of one sentence, and its numbers by the names of their columns."""
    state = CellState(*(part[:1] for part in (start(cell).hidden, start(cell).cell) if part is not None))
    (step,) = unroll(cell, data(1, 1, INPUT), state)
    numbers = torch.cat(cell.rows([step]), dim=-1).view(-1, HIDDEN)
    return step, dict(zip(cell.columns(step), numbers, strict=True))


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_the_terms_of_a_gate_add_up_to_its_pre_activation(name, options):
    cell = make(name, **options)
    step, numbers = one_step(cell)
    for gate in cell.gates:
        total = sum(term for column, term in numbers.items() if column.startswith(f"terms.{gate}."))
        squash = torch.tanh if gate in ("candidate", "hidden") else torch.sigmoid
        torch.testing.assert_close(squash(total), getattr(step, gate)[0], msg=gate)
    for quantity in cell.quantities:
        assert torch.equal(numbers[quantity], getattr(step, quantity)[0])


@pytest.mark.parametrize("peephole", PEEPHOLES)
def test_only_the_three_gates_have_a_peephole_term(peephole):
    _, numbers = one_step(make(peephole=peephole))
    seen = {column.split(".")[1] for column in numbers if column.endswith(".peephole")}
    assert seen == (set() if peephole == "none" else {"forget_gate", "input_gate", "output_gate"})


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_a_record_has_every_quantity_that_its_cell_names(name, options):
    cell = make(name, **options)
    state = start(cell)
    (step,) = unroll(cell, data(1, BATCH, INPUT), state)
    for quantity in cell.quantities:
        assert getattr(step, quantity).shape == (BATCH, HIDDEN)
    assert step.state.hidden is step.hidden
    with pytest.raises(AttributeError):
        step.hidden = state.hidden


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_an_input_in_parts_is_the_joined_input(name, options):
    """[y; context] through one matrix, or each part through its own columns of it: the same sum."""
    parts = {"y": 2, "context": INPUT - 2}
    split, joined = make(name, parts=parts, **options), make(name, **options)
    with torch.no_grad():
        for key, tensor in split.state_dict().items():
            if not key.startswith("weight_input"):
                joined.get_parameter(key).copy_(tensor)
        joined.weight_input["x"].copy_(torch.cat([split.weight_input[part] for part in parts], dim=1))
    x, state = data(BATCH, INPUT), start(split)
    pieces = dict(zip(parts, x.split(list(parts.values()), dim=1), strict=True))
    step = split.step({part: split.project(part, piece) for part, piece in pieces.items()}, state)
    torch.testing.assert_close(step.hidden, joined.step({"x": joined.project("x", x)}, state).hidden)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_the_input_projected_for_all_steps_at_once_gives_the_same_numbers(name, options):
    cell, x = make(name, **options), data(STEPS, BATCH, INPUT)
    torch.testing.assert_close(cell.project("x", x), torch.stack([cell.project("x", row) for row in x]))


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_batch_items_do_not_touch_each_other(name, options):
    cell, x = make(name, **options), data(STEPS, BATCH, INPUT)
    state = start(cell)
    before = hiddens(unroll(cell, x, state))
    x[:, 1] += 10
    after = hiddens(unroll(cell, x, state))
    assert torch.equal(after[:, [0, 2]], before[:, [0, 2]])
    assert not torch.equal(after[:, 1], before[:, 1])


@pytest.mark.parametrize(("init", "bias", "gain"), [("usual", 1.0, 1.0), ("local", -1.0, 0.1)])
@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_initialisations_set_the_keeping_gate_and_orthogonal_recurrence(name, options, init, bias, gain):
    cell = CELLS[name](input_sizes={"x": INPUT}, hidden_size=HIDDEN, init=INITS[init](), **options)
    blocks = cell.bias.detach().view(len(cell.gates), HIDDEN)
    expected = torch.zeros_like(blocks)
    if name != "rnn":  # a plain cell has no gate that keeps
        expected[cell.gates.index("forget_gate" if name == "lstm" else "update_gate")] = bias
    assert torch.equal(blocks, expected)
    for block in cell.weight_hidden.detach().split(HIDDEN):
        torch.testing.assert_close(block @ block.T, gain**2 * torch.eye(HIDDEN))


@pytest.mark.usefixtures("thorough")
def test_a_shape_that_does_not_fit_is_refused():
    cell = make("gru", dtype=torch.float32)
    assert isinstance(cell, GRUCell)
    with pytest.raises(Exception, match=r"(?s)parameter.*hidden"):
        CellState(hidden=torch.zeros(BATCH, HIDDEN, 1))
