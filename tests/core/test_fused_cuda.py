"""The kernels for CUDA give the numbers and the gradients of the steps: on a GPU, else on Triton's interpreter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from s2s_core import ModelConfig, Seq2Seq, fused
from s2s_core.attention import AdditiveAttention
from s2s_core.batch import Batch
from s2s_core.cells import GRUCell, LSTMCell
from s2s_core.config import PEEPHOLES
from s2s_core.fused import cuda
from s2s_core.fused.cuda import check, spread
from s2s_core.fused.cuda.spread import Spread
from s2s_core.fused.decoder import decoder as plain_decoder
from s2s_core.fused.layer import layer as plain_layer
from s2s_core.initialisation import UsualInit
from s2s_core.records import CellState, Memory

ON_A_GPU = torch.cuda.is_available()
CPU = torch.device("cpu")
DEVICE = torch.device("cuda") if ON_A_GPU else CPU
LENGTHS = [5, 3, 1]
SHORT = torch.bfloat16 if ON_A_GPU else torch.float16  # Triton's interpreter knows no bfloat16

pytestmark = pytest.mark.usefixtures("triton")


@pytest.fixture
def triton():
    return pytest.importorskip("triton", reason="Triton has no wheel for this platform")


@pytest.fixture(params=["each part by itself", "all at once"])
def launched(request, monkeypatch):
    """How many processors there are: none, and each part of a step is a launch of its own; or enough for all."""
    if request.param == "each part by itself":
        monkeypatch.setattr(spread, "_processors", lambda device: 0)
    elif not ON_A_GPU:  # the interpreter runs one program after the other: no one can wait for another
        monkeypatch.setattr(spread, "_processors", lambda device: 8)
    return request.param


def alone_only(launched, size):
    if launched == "all at once" and not ON_A_GPU and size not in (16, 32, 64):
        pytest.skip("the programs of a team wait for one another, which needs a GPU")


def cell_of(size, peephole, **inputs):
    return LSTMCell(input_sizes=inputs, hidden_size=size, init=UsualInit(), peephole=peephole).to(DEVICE)


def scattered(*modules):
    """Their weights, made large, so that nothing that counts is near zero."""
    torch.manual_seed(1)
    weights = [weight for module in modules for weight in module.parameters()]
    for weight in weights:
        torch.nn.init.normal_(weight, std=0.3)
    return weights


def mask_of(lengths, batch):
    return torch.arange(max(lengths), device=DEVICE) < torch.tensor((lengths * batch)[:batch], device=DEVICE)[:, None]


def counted(*tensors):
    """A sum in which every number counts differently."""
    return sum((x * torch.linspace(-1, 2, x.shape[-1], device=DEVICE)).square().sum() for x in tensors)


def assert_close(some, others, **tolerance):
    for one, other in zip(some, others, strict=True):
        torch.testing.assert_close(one, other, **tolerance)


@pytest.mark.parametrize(
    ("size", "batch", "ways", "peephole"),
    [(16, 17, 1, "full"), (32, 3, 2, "full"), (32, 3, 2, "none"), (48, 3, 1, "full"), (48, 2, 2, "none")],
    ids=["two teams", "both ways", "both ways, no peepholes", "teams of three", "teams of three, no peepholes"],
)
def test_a_layer_gives_the_numbers_of_its_steps(launched, size, batch, ways, peephole):
    alone_only(launched, size)
    cells = [cell_of(size, peephole, x=5) for _ in range(ways)]
    weights = scattered(*cells)
    x, mask = torch.randn(batch, 5, 5, device=DEVICE, requires_grad=True), mask_of(LENGTHS, batch)
    found = []
    for run in (cuda.layer, plain_layer):
        hiddens, last = run(cells, x, mask)
        total = counted(hiddens, last.hidden, last.cell)
        found.append([hiddens, last.hidden, last.cell, *torch.autograd.grad(total, [x, *weights])])
    assert_close(*found, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("size", "batch", "memory_size", "keys", "peephole", "longest"),
    [
        (16, 17, 32, 16, "full", 7),
        (32, 3, 16, 48, "full", 7),
        (32, 2, 32, 16, "none", 7),
        (32, 2, 48, 32, "full", 200),
        (48, 3, 64, 32, "full", 7),
        (48, 2, 32, 48, "none", 7),
    ],
    ids=[
        "two teams",
        "more keys than memory",
        "no peepholes",
        "a long source",
        "teams of three",
        "teams of three, no peepholes",
    ],
)
def test_a_decoder_gives_the_numbers_of_its_steps(launched, size, batch, memory_size, keys, peephole, longest):
    alone_only(launched, size)
    cell = cell_of(size, peephole, y=5, context=memory_size)
    attention = attention_of(size, memory_size, keys)
    weights = scattered(cell, attention)
    mask, src_mask = mask_of(LENGTHS, batch), mask_of([4, longest, 2], batch)
    shapes = [(batch, 5, 5), (*src_mask.shape, memory_size), (batch, size), (batch, size)]
    y, states, hidden, first = inputs = [torch.randn(shape, device=DEVICE, requires_grad=True) for shape in shapes]
    found = []
    for run in (cuda.decoder, plain_decoder):
        memory = Memory(states, src_mask, (), attention.keys(states), None)
        rows = run(cell, attention, y, mask, memory, CellState(hidden, first))
        found.append([*rows, *torch.autograd.grad(counted(*rows), [*inputs, *weights])])
    assert_close(*found, rtol=1e-4, atol=1e-4)


def attention_of(size, memory_size, keys):
    config = ModelConfig(
        src_vocab_size=9,
        tgt_vocab_size=9,
        bidirectional=False,
        encoder_hidden=memory_size,
        decoder_hidden=size,
        attention_size=keys,
    )
    return AdditiveAttention(config).to(DEVICE)


@pytest.mark.parametrize("changes", [{}, {"peephole": "none"}, {"encoder_layers": 2}, {"bidirectional": False}])
def test_a_model_learns_what_its_steps_would_have_it_learn(monkeypatch, changes):
    """The loss, and its gradient in every weight."""
    for name in ("reads", "decodes"):
        monkeypatch.setattr(cuda, name, lambda *given: True)
    sizes = {"embedding_size": 5, "encoder_hidden": 16, "decoder_hidden": 32, "attention_size": 16, "readout_size": 9}
    net = Seq2Seq(ModelConfig(src_vocab_size=30, tgt_vocab_size=31, **sizes | changes)).to(DEVICE)
    weights = scattered(net)
    batch = Batch.of([[4, 5, 6, 7], [8, 4], [9]], [[5, 6], [4, 7, 8, 9], [4]]).to(DEVICE)
    found = []
    for way in ("kernels", "steps"):
        if way == "steps":
            monkeypatch.setattr(fused, "serves", lambda cell, x: False)
        loss = net.loss(batch, label_smoothing=0.1)
        found.append([loss, *torch.autograd.grad(loss, weights)])
    assert_close(*found, rtol=1e-5, atol=1e-5)


def test_autocast_keeps_states_in_full_precision():
    cell = cell_of(16, "full", x=5)
    scattered(cell)
    x, mask = torch.randn(3, 5, 5, device=DEVICE), mask_of(LENGTHS, 3)
    with torch.autocast(DEVICE.type, SHORT):
        hiddens, last = cuda.layer([cell], x, mask)
    wanted, _ = plain_layer([cell], x, mask)
    assert hiddens.dtype == last.cell.dtype == torch.float32
    torch.testing.assert_close(hiddens, wanted, rtol=0.01, atol=0.01)


@pytest.mark.parametrize("dtype", [torch.float32, SHORT])
@pytest.mark.parametrize("peepholes", [True, False])
@pytest.mark.parametrize(("what", "others"), [("layer", ()), ("decoder", (32, 16))])
def test_the_check_before_use_notices_wrong_kernels(monkeypatch, what, others, dtype, peepholes):
    agrees = check.AGREES[what]
    assert agrees(DEVICE, dtype, 16, peepholes, *others)
    right = getattr(check, what)

    def wrong(*given):
        first, second = right(*given)
        return first * 1.1, second

    monkeypatch.setattr(check, what, wrong)
    assert not agrees(DEVICE, dtype, 16, peepholes, *others)


def test_cells_and_devices_without_kernels_are_stepped():
    cells = {
        name: LSTMCell(input_sizes={"x": 3}, hidden_size=16, init=UsualInit(), peephole=name) for name in PEEPHOLES
    }
    assert not any(cuda.reads(cell, torch.zeros(1, 1, 3)) for cell in cells.values())
    assert cuda._fits(cells["none"]) and cuda._fits(cells["full"]) and not cuda._fits(cells["diagonal"])
    assert not cuda._fits(LSTMCell(input_sizes={"x": 3}, hidden_size=20, init=UsualInit(), peephole="full"))
    assert not cuda._fits(GRUCell(input_sizes={"x": 3}, hidden_size=16, init=UsualInit()))


def test_the_kernels_can_be_checked_while_nothing_is_being_learnt(monkeypatch):
    monkeypatch.setattr(torch.random, "fork_rng", lambda devices: torch.no_grad())
    check._works.cache_clear()
    with torch.inference_mode():
        assert check.works("layer", DEVICE, torch.float32, 16, True)
        assert check.works("decoder", DEVICE, torch.float32, 16, True, 32, 16)
    check._works.cache_clear()


def fails(*given):
    raise RuntimeError("no ptxas")


@pytest.mark.parametrize(
    ("agrees", "said"), [(fails, "no ptxas"), (lambda *given: False, "its numbers are not those of the cell")]
)
def test_why_the_kernels_are_not_used_is_said_once(monkeypatch, caplog, agrees, said):
    monkeypatch.setitem(check.AGREES, "layer", agrees)
    monkeypatch.setattr(check, "find_spec", lambda name: True)
    monkeypatch.setattr(torch.random, "fork_rng", lambda devices: torch.no_grad())
    check._works.cache_clear()
    assert not check.works("layer", CPU, torch.float32, 16, True)
    assert not check.works("layer", CPU, torch.float32, 16, True)
    (record,) = caplog.records
    assert record.getMessage() == f"the fused layer of 16 units is not used on cpu: {said}"
    check._works.cache_clear()


def test_the_kernels_compile_for_gpus_that_are_not_here(tmp_path):
    """What the interpreter lets pass a compiler may refuse; here it makes machine code, though nothing runs it."""
    root = Path(__file__).parents[2]
    variables = {"TRITON_INTERPRET": "0", "TRITON_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(root)}
    command = [sys.executable, "-W", "ignore", root / "tests/kernels_for_gpus.py"]
    done = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("5 kernels") == 3


@pytest.fixture
def tf32():
    """PyTorch may multiply float32 in its short form; whichever way it was allowed."""
    before = torch.backends.cuda.matmul.fp32_precision
    torch.backends.cuda.matmul.fp32_precision = "tf32"
    yield
    torch.backends.cuda.matmul.fp32_precision = before


def test_short_products_that_were_allowed_are_no_mistake_of_the_kernels(tf32, monkeypatch):
    right = check.layer

    def roughly(*given):
        hiddens, last = right(*given)
        return hiddens * 1.001, last  # as TF32 rounds

    monkeypatch.setattr(check, "layer", roughly)
    assert check.layer_agrees(DEVICE, torch.float32, 16, True)
    torch.backends.cuda.matmul.fp32_precision = "ieee"
    assert not check.layer_agrees(DEVICE, torch.float32, 16, True)


def test_kernels_are_checked_again_where_short_products_were_allowed_meanwhile(monkeypatch, tf32):
    asked = []
    monkeypatch.setitem(check.AGREES, "layer", lambda *given: asked.append(given) is None)
    monkeypatch.setattr(torch.random, "fork_rng", lambda devices: torch.no_grad())
    check._works.cache_clear()
    for precision in ("ieee", "tf32", "ieee"):
        torch.backends.cuda.matmul.fp32_precision = precision
        assert check.works("layer", CPU, torch.float32, 16, True)
    assert len(asked) == 2
    check._works.cache_clear()


@pytest.mark.parametrize("size", [16, 48, 64, 128, 256, 512, 1024])
@pytest.mark.parametrize("batch", [1, 64, 128, 1000])
@pytest.mark.parametrize("ways", [1, 2])
def test_programs_that_wait_for_one_another_run_at_the_same_time(monkeypatch, size, batch, ways):
    monkeypatch.setattr(spread, "_processors", lambda device: 132)
    it = Spread.of(batch=batch, ways=ways, size=size, device=CPU)
    assert it.units * it.members == size and it.rows * it.teams >= ways * batch
    assert it.at_once == (it.teams * it.members <= 132)
    assert it.at_once or batch == 1000 or (size, ways) == (1024, 2)


def test_a_single_text_does_not_wait_for_a_compiler():
    x = torch.zeros(1, 1, 3, device=DEVICE)
    assert cuda._learns_on_cuda(x) == ON_A_GPU
    with torch.inference_mode():
        assert not cuda._learns_on_cuda(x)
