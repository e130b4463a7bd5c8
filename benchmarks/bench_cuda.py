"""On a GPU: the recurrence with full peepholes, forwards and backwards, beside cuDNN's LSTM, which has none.

Both project their inputs. The cell that is stepped stands beside them. `make bench ARGS="-k cuda"` runs this alone.
"""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from benchmarks.measuring import Row, in_turn, ratio
from s2s_core.cells import LSTMCell
from s2s_core.fused import cuda
from s2s_core.initialisation import UsualInit

SENTENCES, TOKENS, ROUNDS = 128, 20, 30


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU that CUDA can use")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["float32", "bf16"])
@pytest.mark.parametrize("size", [128, 256, 512])
def test_cuda(table: list[Row], size: int, dtype: torch.dtype) -> None:
    device = torch.device("cuda")
    cell = LSTMCell(input_sizes={"x": size}, hidden_size=size, init=UsualInit()).to(device)
    library = nn.LSTM(size, size, batch_first=True).to(device)
    assert cuda.serves(cell, device), "the kernels do not work here: the log says why"
    x = torch.randn(SENTENCES, TOKENS, size, device=device, requires_grad=True)
    mask = torch.ones(SENTENCES, TOKENS, dtype=torch.bool, device=device)

    def both_ways(run: Callable[[], Tensor]) -> Callable[[], None]:
        def call() -> None:
            with torch.autocast("cuda", dtype, enabled=dtype != torch.float32):
                hiddens = run()
            hiddens.float().sum().backward()
            torch.cuda.synchronize()

        return call

    seconds = in_turn(
        {
            "ours": both_ways(lambda: cuda.recurrence(cell, cell.project("x", x), mask)[0]),
            "library": both_ways(lambda: library(x)[0]),
            "stepped": both_ways(lambda: cuda.stepped(cell, cell.project("x", x), mask)[0]),
        },
        rounds=ROUNDS,
    )
    where = f"CUDA, hidden {size}, {'float32' if dtype == torch.float32 else 'bf16'}"
    target = "at least 0.7"
    table.append(ratio(f"{where}: tokens a second over cuDNN's", seconds["library"], seconds["ours"], target=target))
    table.append(ratio(f"{where}: tokens a second over the cell stepped", seconds["stepped"], seconds["ours"]))
