"""The less common settings of a training on the page Train: tokenizer, learning rate, dropout."""

from collections.abc import Mapping

import streamlit as st

from s2s_core.recipes import (
    MOST_DROPOUT,
    RATES,
    TOKENIZERS_OFFERED,
    USUAL_VOCABULARY,
    VOCABULARIES,
    Choice,
    usual,
)
from s2s_ui.locales import N_
from s2s_ui.session import state, widgets
from s2s_ui.session.i18n import _

TOKENIZERS = {"unigram": N_("pieces"), "words": N_("words"), "characters": N_("characters")}


def tokens(choice: Choice) -> None:
    """The controls of the tokenizer for the reader's own texts, and of the size of its vocabulary."""
    tokenizer = choice.tokenizer or TOKENIZERS_OFFERED[0]
    one_of("new_tokenizer", _("Tokens"), TOKENIZERS, tokenizer)
    if tokenizer != "characters":
        sizes = {str(size): f"{size:,}" for size in VOCABULARIES}
        one_of("new_vocabulary", _("Vocabulary, at most"), sizes, str(choice.vocab_size or USUAL_VOCABULARY))


def optimised(choice: Choice) -> None:
    """The controls of learning rate and dropout; if nothing is chosen, the task's defaults are used."""
    lr, dropout = usual(choice.task)
    rates = [f"{rate:g}" for rate in RATES]
    st.select_slider(
        _("Learning rate"), rates, **widgets.bind_option("new_lr", f"{lr if choice.lr is None else choice.lr:g}")
    )
    st.slider(
        _("Dropout"),
        min_value=0.0,
        max_value=MOST_DROPOUT,
        step=0.05,
        **widgets.bind_through(
            "new dropout",
            dropout if choice.dropout is None else choice.dropout,
            lambda share: state.choose(new_dropout=f"{share:g}"),
        ),
    )


def one_of(option: str, name: str, choices: Mapping[str, str], chosen: str, *, disabled: bool = False) -> None:
    """A control that chooses one of a few options, shown side by side."""
    words = {choice: _(text) for choice, text in choices.items()}
    st.segmented_control(
        name,
        list(words),
        format_func=words.__getitem__,
        required=True,
        disabled=disabled,
        width="stretch",
        **widgets.bind_option(option, chosen),
    )
