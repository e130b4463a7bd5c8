"""Compile the CUDA kernels to machine code for several kinds of GPUs, without a GPU.

It is a separate program, because the tests' process interprets the kernels: `python tests/kernels_for_gpus.py`.
"""

import sys
from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from s2s_core.fused.cuda import decoder_gradient_kernels, decoder_kernels, layer_kernels

VARIANTS = ((90, "bf16", True), (90, "fp32", False), (80, "fp32", True))  # Hopper, Ampere; products; peepholes
IN_PRODUCTS = {  # arguments with the dtype of the weights; all others are float32 or integers
    "terms", "weight_hidden", "weight_peephole", "weight_seen", "weight_query", "states", "before", "old", "new",
    "seen", "dz", "d_contexts", "d_context", "d_queries",
}  # fmt: skip
COUNTS = {"batch", "time", "start", "end", "src_len"}
LENGTHS = {"lengths", "src_lengths", "arrived"}
SIZES = {"H": 64, "M": 128, "A": 64, "SPAN": 32, "SOME": 128, "ASKED": 16, "READS": 32, "ROWS": 16, "UNITS": 16}


def compiled(kernel: Any, kind: str, architecture: int, constants: dict[str, Any]) -> bytes:
    """The machine code of a kernel; arguments in capitals are constants."""
    signature = {}
    for name in kernel.arg_names:
        if name.isupper():
            signature[name] = "constexpr"
        elif name in COUNTS:
            signature[name] = "i32"
        else:
            signature[name] = "*i32" if name in LENGTHS else f"*{kind}" if name in IN_PRODUCTS else "*fp32"
    chosen = {name: constants[name] for name, type_ in signature.items() if type_ == "constexpr"}
    source = ASTSource(fn=kernel, signature=signature, constexprs=chosen)
    options = {"num_warps": 4, "launch_cooperative_grid": True}
    code: bytes = triton.compile(source, target=GPUTarget("cuda", architecture, 32), options=options).asm["cubin"]
    return code


def main() -> None:
    kernels = [layer_kernels.forward, layer_kernels.backward, decoder_kernels.forward]
    kernels += [decoder_gradient_kernels.backward, decoder_gradient_kernels.keys_back]
    for architecture, kind, peepholes in VARIANTS:
        constants = SIZES | {
            "TILE": 64,
            "RESIDENT": True,
            "WAYS": 2,
            "PEEPHOLES": peepholes,
            "PRECISION": "tf32x3" if kind == "fp32" else "tf32",
            **dict.fromkeys(("QUERY", "ATTEND", "EARLY", "LATE", "READ"), True),
        }
        for kernel in kernels:
            assert compiled(kernel, kind, architecture, constants)
        sys.stdout.write(f"sm_{architecture}, {kind}, {'peepholes' if peepholes else 'no peepholes'}: 5 kernels\n")


if __name__ == "__main__":
    main()
