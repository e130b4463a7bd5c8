"""A small random model whose title, examples and every word it writes are markup."""

from dataclasses import replace
from pathlib import Path

from small_models import small_translator

from s2s_core import checkpoint
from s2s_core.tokenizer import WordTokenizer

NAME = "markup"
SENTENCE = "<img src=x onerror=window.pwned=1>"
TALKATIVE = 8  # a seed whose model writes several words
WORDS = (
    "<a href='javascript:window.pwned=1'>link</a>",
    SENTENCE,
    "<script>window.pwned=1</script>",
    "<b>bold</b>",
    ":red[red]:smile:",
    "**strong**`code`$x$",
)


def save(folder: Path) -> None:
    """Write its checkpoint to folder/NAME."""
    model = small_translator(
        name=NAME, source="".join(sorted(set(SENTENCE))), target="012345", max_src_len=64, seed=TALKATIVE
    )
    markup = replace(
        model,
        tgt_tokenizer=WordTokenizer(tokens=[f" {word}" for word in WORDS]),
        info=replace(model.info, title=SENTENCE, examples=(SENTENCE, "<b>8</b>")),
    )
    checkpoint.save(folder / NAME, markup, card=f"# {SENTENCE}\n\n{' '.join(WORDS)}\n")
