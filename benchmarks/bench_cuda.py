"""On a GPU: the kernels with full peepholes beside cuDNN's LSTM, which has none. `make bench ARGS="-k cuda"`.

A layer of the encoder alone, forwards and backwards, its input's projection and its weights' gradients included; and
whole updates of the model, beside the same model with PyTorch's own LSTM (whose decoder has to be stepped, since the
context is fed at each step) and beside itself without the kernels. Seconds are the clock's, for launching included.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from unittest.mock import patch

import pytest
import torch
from torch import Tensor, nn

from benchmarks.library_cells import LibrarySeq2Seq
from benchmarks.measuring import Row, in_turn, ratio
from benchmarks.models import SMOOTHING, config, sentences, update
from s2s_core import Seq2Seq
from s2s_core.batch import Batch
from s2s_core.cells import LSTMCell
from s2s_core.fused import cuda
from s2s_core.initialisation import UsualInit

SENTENCES, TOKENS, ROUNDS = 128, 20, 30
DEVICE = torch.device("cuda")
TARGET = "at least 0.7"

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU that CUDA can use")


@contextmanager
def products_in(kind: str) -> Iterator[None]:
    """Matrix products in float32, in its short form for tensor cores (TF32) or in bf16, the library's and ours."""
    allowed = torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = kind != "float32"
    try:
        with torch.autocast("cuda", torch.bfloat16, enabled=kind == "bf16"):
            yield
    finally:
        torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = allowed


@pytest.mark.parametrize("kind", ["float32", "TF32", "bf16"])
@pytest.mark.parametrize("size", [128, 256, 512])
@pytest.mark.parametrize("ways", [1, 2])
def test_a_layer(table: list[Row], size: int, kind: str, ways: int) -> None:
    cells = [LSTMCell(input_sizes={"x": size}, hidden_size=size, init=UsualInit()).to(DEVICE) for _ in range(ways)]
    library = nn.LSTM(size, size, batch_first=True, bidirectional=ways == 2).to(DEVICE)
    x = torch.randn(SENTENCES, TOKENS, size, device=DEVICE, requires_grad=True)
    mask = torch.ones(SENTENCES, TOKENS, dtype=torch.bool, device=DEVICE)

    def both_ways(run: Callable[[], Tensor]) -> Callable[[], None]:
        def call() -> None:
            with products_in(kind):
                run().float().sum().backward()
            torch.cuda.synchronize()

        return call

    with products_in(kind):
        assert cuda.reads(cells[0], x), "the kernels do not work here: the log says why"
    calls = {"ours": both_ways(lambda: cuda.layer(cells, x, mask)[0]), "library": both_ways(lambda: library(x)[0])}
    seconds = in_turn(calls, rounds=ROUNDS)
    where = f"CUDA, {'one direction' if ways == 1 else 'both directions'}, hidden {size}, {kind}"
    table.append(ratio(f"{where}: tokens a second over cuDNN's", seconds["library"], seconds["ours"], target=TARGET))


def never(*given: object) -> bool:
    return False


@pytest.mark.parametrize("kind", ["float32", "bf16"])
@pytest.mark.parametrize("size", [128, 256, 512])
@pytest.mark.parametrize("batch", [64, 128])
def test_updates(table: list[Row], size: int, kind: str, batch: int) -> None:
    data = Batch.of(sentences(batch, seed=1), sentences(batch, seed=2)).to(DEVICE)
    nets = {"ours": Seq2Seq(config(size)), "without": Seq2Seq(config(size)), "library": LibrarySeq2Seq(config(size))}

    def updates(net: Seq2Seq, *, kernels: bool = True) -> Callable[[], None]:
        def loss() -> Tensor:
            return net.loss(data, label_smoothing=SMOOTHING)

        step = update(net.to(DEVICE), torch.optim.AdamW(net.parameters(), weight_decay=0.0, fused=True), loss)

        def call() -> None:
            with products_in(kind), nullcontext() if kernels else patch.multiple(cuda, reads=never, decodes=never):
                step()
            torch.cuda.synchronize()

        return call

    calls = {name: updates(net, kernels=name != "without") for name, net in nets.items()}
    seconds = in_turn(calls, rounds=ROUNDS // 2)
    where = f"CUDA, training, hidden {size}, batch {batch}, {kind}: tokens a second over"
    table.append(ratio(f"{where} nn.LSTM's", seconds["library"], seconds["ours"], target=TARGET))
    table.append(ratio(f"{where} ours without kernels", seconds["without"], seconds["ours"]))
