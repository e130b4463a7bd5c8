"""Small random models of every kind. Their weights are large, so that no tested number is near zero."""

import torch

from s2s_core import ModelConfig, ModelInfo, Seq2Seq, Translator
from s2s_core.config import ATTENDS, BRIDGES, PEEPHOLES, READOUTS
from s2s_core.registry import ATTENTIONS, CELLS, CONTEXTS, TOKENIZERS
from s2s_core.tokenizer import SPECIALS

# Sizes that fit every score function (dot needs decoder_hidden = the joined size), otherwise all different.
SIZES = {
    "src_vocab_size": 11,
    "tgt_vocab_size": 9,
    "embedding_size": 5,
    "encoder_hidden": 4,
    "decoder_hidden": 8,
    "attention_size": 6,
    "readout_size": 7,
    "max_src_len": 20,
    "max_tgt_len": 12,
}
COPIES = {"encoder_hidden": 4, "decoder_hidden": 8}
LEARNS = {"encoder_hidden": 3, "decoder_hidden": 5}

# Variants of the model, each with one change: name -> changes of the configuration.
VARIANTS: dict[str, dict[str, object]] = {
    **{f"peephole {name}": {"peephole": name} for name in PEEPHOLES},
    **{f"cell {name}": {"cell": name} for name in CELLS if name != "lstm"},
    **{f"attention {name}": {"attention": name} for name in ATTENTIONS},
    **{f"context {name}": {"context": name} for name in CONTEXTS if name != "attention"},
    **{f"bridge {name}": {"bridge": name} for name in BRIDGES},
    **{f"attends {name}": {"attend": name} for name in ATTENDS if name != "before"},
    **{f"readout {name}": {"readout": name} for name in READOUTS if name != "tanh"},
    "sizes that need a bridge": LEARNS,
    "gru with a linear bridge": {"cell": "gru", "bridge": "linear", **LEARNS},
    "two layers from one by a tanh": {"bridge": "tanh", "decoder_layers": 2, **LEARNS},
    "gru with a learned bridge": {"cell": "gru", **LEARNS},
    "one direction": {"bidirectional": False},
    "two layers": {"encoder_layers": 2, "decoder_layers": 2},
    "three layers under one": {"encoder_layers": 3, "decoder_layers": 1},
    "plain cells of two layers": {"cell": "rnn", "encoder_layers": 2, "decoder_layers": 2},
    "plain cells with a learned bridge": {"cell": "rnn", **LEARNS},
    "gru of two layers": {"cell": "gru", "encoder_layers": 2, "decoder_layers": 2},
    "input feeding": {"input_feeding": True},
    "attentional hidden state, fed": {"attend": "after", "input_feeding": True, "attention": "general"},
    "a fixed context that the cell does not read": {"attend": "after", "context": "last"},
    "tied output": {"tie_output": True, "readout_size": 5},
    "begin mark in the source": {"source_start": True},
    "no end mark in the source": {"source_end": False},
    "usual initialisation": {"encoder_init": "usual"},
}


def small_config(**changes) -> ModelConfig:
    """The small default configuration with some fields changed."""
    return ModelConfig(**{**SIZES, **changes})


def small_model(*, seed: int = 0, dtype: torch.dtype = torch.float32, **changes) -> Seq2Seq:
    """A model in evaluation mode with normal weights of standard deviation 0.5."""
    net = Seq2Seq(small_config(**changes)).to(dtype).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if name != "decoder.output.weight" or not net.config.tie_output:
                parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=dtype) * 0.5)
    return net


def small_translator(
    *, source: str = "abcdefg", target: str = "01234", name: str = "small", seed: int = 0, **changes
) -> Translator:
    """A model that knows the characters of ``source`` and ``target``."""
    characters = TOKENIZERS["characters"]
    net = small_model(
        seed=seed,
        src_vocab_size=len(SPECIALS) + len(source),
        tgt_vocab_size=len(SPECIALS) + len(target),
        **changes,
    )
    return Translator(
        net=net,
        src_tokenizer=characters.train([source]),
        tgt_tokenizer=characters.train([target]),
        info=ModelInfo(name=name),
    )
