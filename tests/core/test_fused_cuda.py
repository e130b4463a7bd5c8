"""The kernels for CUDA give the numbers and the gradients of the cell that is stepped, on Triton's interpreter."""

import os

import pytest
import torch

os.environ["TRITON_INTERPRET"] = "1"  # before the kernels are imported: they run on the CPU, in Python

from s2s_core.cells import GRUCell, LSTMCell
from s2s_core.config import ModelConfig
from s2s_core.encoder import Encoder
from s2s_core.fused import cuda
from s2s_core.initialisation import UsualInit
from s2s_core.tokenizer import PAD

CPU = torch.device("cpu")
LENGTHS = [6, 4, 1]


def cell_of(size: int, peephole: str) -> LSTMCell:
    torch.manual_seed(1)
    cell = LSTMCell(input_sizes={"x": 3}, hidden_size=size, init=UsualInit(), peephole=peephole)
    for weight in cell.parameters():
        torch.nn.init.normal_(weight, std=0.3)
    return cell


def gradients(run, cell, terms, mask, backward):
    """What a run gives on real tokens, and the gradients of a sum over it in which every number counts differently."""
    x = terms.clone().requires_grad_()
    hiddens, last = run(cell, x, mask, backward=backward)
    total = (hiddens[mask] * torch.linspace(-1, 1, cell.hidden_size)).sum()
    total = total + last.hidden.square().sum() + (last.cell * torch.linspace(1, 2, cell.hidden_size)).sum()
    weights = [weight for name, weight in cell.named_parameters() if "weight_input" not in name]
    return [hiddens[mask], last.hidden, last.cell, *torch.autograd.grad(total, [x, *weights])]


@pytest.fixture
def triton():
    return pytest.importorskip("triton", reason="Triton has no wheel for this platform")


@pytest.mark.parametrize("peephole", ["full", "none"])
@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize(("size", "batch"), [(16, 17), (48, 3)])  # two programs; three tiles
def test_it_is_the_cell_stepped_through_the_sentence(triton, size, batch, backward, peephole):
    cell = cell_of(size, peephole)
    lengths = (LENGTHS * batch)[:batch]
    mask = torch.arange(max(LENGTHS)) < torch.tensor(lengths)[:, None]
    terms = torch.randn(batch, max(LENGTHS), 4 * size)
    found = gradients(cuda.recurrence, cell, terms, mask, backward)
    wanted = gradients(cuda.stepped, cell, terms, mask, backward)
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


def test_an_encoder_reads_what_its_steps_add_up_to(triton, monkeypatch):
    monkeypatch.setattr(cuda, "serves", lambda cell, device: True)
    torch.manual_seed(2)
    config = ModelConfig(
        src_vocab_size=9, tgt_vocab_size=9, embedding_size=5, encoder_hidden=16, encoder_layers=2, decoder_hidden=8
    )
    encoder = Encoder(config, padding_index=PAD).eval()
    src = torch.tensor([[4, 5, 6, 7], [8, 4, PAD, PAD]])
    states, finals = encoder.read(src, src != PAD)
    wanted, last = encoder.summarise(encoder.steps(src, src != PAD))
    torch.testing.assert_close(states[src != PAD], wanted[src != PAD], rtol=1e-5, atol=1e-5)
    for one, other in zip(finals, last, strict=True):
        torch.testing.assert_close(one.hidden, other.hidden, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(one.cell, other.cell, rtol=1e-5, atol=1e-5)


def test_autocast_keeps_states_in_full_precision(triton):
    cell = cell_of(16, "full")
    mask, terms = torch.ones(3, 6, dtype=torch.bool), torch.randn(3, 6, 64)
    with torch.autocast("cpu", torch.float16):  # Triton's interpreter knows no bfloat16
        hiddens, last = cuda.recurrence(cell, terms.half(), mask)
    wanted, _ = cuda.stepped(cell, terms, mask)
    assert hiddens.dtype == last.cell.dtype == torch.float32
    torch.testing.assert_close(hiddens, wanted, rtol=0.01, atol=0.01)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
@pytest.mark.parametrize("peepholes", [True, False])
def test_the_check_before_use_notices_wrong_kernels(triton, monkeypatch, dtype, peepholes):
    assert cuda.agrees(CPU, dtype, 16, peepholes)
    right = cuda.recurrence

    def wrong(*given):
        hiddens, last = right(*given)
        return hiddens * 1.1, last

    monkeypatch.setattr(cuda, "recurrence", wrong)
    assert not cuda.agrees(CPU, dtype, 16, peepholes)


def test_cells_and_devices_without_kernels_are_stepped():
    assert not cuda.serves(cell_of(16, "full"), CPU)
    assert cuda._fits(cell_of(16, "none")) and not cuda._fits(cell_of(16, "diagonal"))
    assert not cuda._fits(cell_of(20, "full"))
    assert not cuda._fits(GRUCell(input_sizes={"x": 3}, hidden_size=16, init=UsualInit()))


def test_the_kernels_can_be_checked_while_nothing_is_being_learnt(triton, monkeypatch):
    monkeypatch.setattr(torch.random, "fork_rng", lambda devices: torch.no_grad())
    cuda._works.cache_clear()
    with torch.inference_mode():
        assert cuda._works(CPU, torch.float32, 16, True)
    cuda._works.cache_clear()


def fails(*given):
    raise RuntimeError("no ptxas")


@pytest.mark.parametrize(
    ("check", "said"), [(fails, "no ptxas"), (lambda *given: False, "its numbers are not those of the cell")]
)
def test_why_the_kernels_are_not_used_is_said_once(monkeypatch, caplog, check, said):
    monkeypatch.setattr(cuda, "agrees", check)
    monkeypatch.setattr(cuda, "find_spec", lambda name: True)
    monkeypatch.setattr(torch.random, "fork_rng", lambda devices: torch.no_grad())
    cuda._works.cache_clear()
    assert not cuda._works(CPU, torch.float32, 16, True) and not cuda._works(CPU, torch.float32, 16, True)
    (record,) = caplog.records
    assert record.getMessage() == f"the fused LSTM of 16 units is not used on cpu: {said}"
    cuda._works.cache_clear()
