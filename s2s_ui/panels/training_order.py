"""The order of a training on the page Train: its controls, and its description in words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import streamlit as st

from s2s_core.errors import CannotWrite, DataError, S2SError
from s2s_core.recipes import (
    LAYERS,
    OWN,
    RECIPES,
    SIZES,
    STEPS,
    TASKS_OFFERED,
    Choice,
    context_label,
    contexts,
)
from s2s_core.sweep import NoCluster, NotShared
from s2s_core.tokenizer import VocabularyTooSmall
from s2s_core.training import BegunEarlier, NothingFits, Sample
from s2s_ui.locales import N_
from s2s_ui.panels import own_pairs, owner, share
from s2s_ui.panels.own_pairs import OwnPairs
from s2s_ui.panels.training_settings import TOKENIZERS, one_of, optimised, tokens
from s2s_ui.session import caches, messages, state, widgets
from s2s_ui.session.i18n import _, ngettext
from s2s_ui.shell import layout
from s2s_ui.store import StoreAway
from s2s_ui.workshop import (
    Broken,
    Diverged,
    Gone,
    NotTheOwner,
    Order,
    Progress,
    ShareFull,
    StillRunning,
    TooMany,
    TooManyOpen,
    new_secret,
)

PROBLEM = "order problem"  # in the session: why the last order failed
TITLES = {"reverse": N_("Letters → reversed"), OWN: N_("Pairs of your own")}  # the others are in the catalogue
WAYS = {"both": N_("both directions"), "forward": N_("one direction")}
CELLS = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}
PEEPHOLES = {"full": N_("full"), "diagonal": N_("diagonal"), "none": N_("none")}
WITH_PEEPHOLES = {
    "full": N_("full peepholes"),
    "diagonal": N_("diagonal peepholes"),
    "none": N_("no peepholes"),
}
MEASURES = {"exact": N_("exact"), "chrf": "chrF", "bleu": "BLEU"}


def wanted() -> Choice:
    """The model that the view asks for."""
    default = Choice()
    return Choice(
        task=state.option("new_task") or default.task,
        cell=state.option("new_cell") or default.cell,
        peephole=state.option("new_peephole") or default.peephole,
        bidirectional=(state.option("new_ways") or "both") == "both",
        context=state.option("new_look") or default.context,
        size=int(state.option("new_size") or default.size),
        forcing=float(state.option("new_ratio") or default.forcing),
        steps=int(state.option("new_steps") or default.steps),
        layers=int(state.option("new_layers") or default.layers),
        dropout=_number("new_dropout"),
        lr=_number("new_lr"),
        tokenizer=state.option("new_tokenizer"),
        vocab_size=None if (size := _number("new_vocabulary")) is None else int(size),
    )


def _number(option: str) -> float | None:
    """The value of an option that is a number, or None if it was not chosen."""
    chosen = state.option(option)
    return None if chosen is None else float(chosen)


def order(choice: Choice) -> None:
    """The controls of a new model, and the button that starts its training."""
    st.subheader(_("A model of your own"))
    tasks = {task: task_title(task) for task in TASKS_OFFERED}
    context_labels = {name: _(context_label(name)) for name in contexts()}
    st.selectbox(
        _("Task"),
        list(tasks),
        format_func=tasks.__getitem__,
        filter_mode=None,
        **widgets.bind_option("new_task", choice.task),
    )
    pairs = own_pairs.controls(on_choice=partial(refuse, None)) if choice.task == OWN else None
    if choice.task == OWN:
        tokens(choice)
    one_of("new_cell", _("Cell"), CELLS, choice.cell)
    one_of("new_peephole", _("Peepholes"), PEEPHOLES, choice.peephole, disabled=choice.cell != "lstm")
    one_of("new_ways", _("Encoder reads"), WAYS, "both" if choice.bidirectional else "forward")
    st.selectbox(
        _("Context"),
        list(context_labels),
        format_func=context_labels.__getitem__,
        filter_mode=None,
        **widgets.bind_option("new_look", choice.context),
    )
    one_of("new_size", _("Units of a direction"), {str(size): str(size) for size in SIZES}, str(choice.size))
    st.slider(
        _("Teacher forcing ratio"),
        min_value=0.0,
        max_value=1.0,
        step=0.05,
        **widgets.bind_through("new ratio", choice.forcing, lambda ratio: state.choose(new_ratio=f"{ratio:.2f}"[:4])),
    )
    one_of("new_steps", _("Updates"), {str(steps): f"{steps:,}" for steps in STEPS}, str(choice.steps))
    with st.expander(_("More settings"), key="more_settings", type="compact"):
        one_of("new_layers", _("Layers"), {str(layers): str(layers) for layers in LAYERS}, str(choice.layers))
        optimised(choice)
    widgets.button(_("Train"), partial(_begin, choice, pairs), key="train", type="primary", width="stretch")
    said = pairs is not None and pairs.problem is not None  # beside the file
    layout.notice(None if said else refused(), error=True, place="order")
    st.caption(share.limits())


def _begin(choice: Choice, pairs: OwnPairs | None) -> None:
    _order(choice, pairs)
    st.rerun()


def _order(choice: Choice, pairs: OwnPairs | None) -> None:
    state.store(PROBLEM, None)
    if choice.task == OWN and pairs is None:
        state.store(PROBLEM, _("Choose the file of your pairs first."))
        return
    file, content = "", None
    if pairs is not None:
        if pairs.problem is not None:
            return
        file, content = pairs.name, pairs.content
        choice = replace(choice, columns=pairs.columns, encoding=pairs.encoding)
    key = new_secret()
    try:
        training = caches.workshop().order(choice, file=file, pairs=content, key=key, visitor=owner.visitor())
    except S2SError as error:
        state.store(PROBLEM, problem(error))
        return
    owner.hold(training.order.name, key)
    state.choose(run=training.order.name)


def refuse(error: S2SError | None) -> None:
    """Show next to the order why a command failed; None removes the message."""
    state.store(PROBLEM, None if error is None else problem(error))


def refused() -> str | None:
    """The message next to the order, or None."""
    sentence: str | None = state.stored(PROBLEM)
    return sentence


def problem(error: S2SError) -> str:
    """Why the training cannot start or continue, with a remedy."""
    match error:
        case TooMany():
            return _("This server trains as many models as it can at once: try again when one is done.")
        case ShareFull() | TooManyOpen():
            return share.refusal(error)
        case NotTheOwner():
            return _("Only the person who began this training can pause, continue, end or delete it.")
        case Gone():
            return _("This training was deleted in the meantime.")
        case StillRunning():
            return _("This training is still running: pause it or end it first.")
        case StoreAway():
            return _("This server cannot reach the store of its trainings: try again in a minute. Nothing is lost.")
        case CannotWrite(full=True):
            return _("The disk of this server is full: make room on it, then try again. What was saved before is kept.")
        case CannotWrite(reason=reason):
            return messages.with_reason(
                reason,
                _(
                    "This server cannot save what it trains ({reason}): the folder for it has to be there and "
                    "writable. What was saved before is kept."
                ),
                _(
                    "This server cannot save what it trains: the folder for it has to be there and writable. What was "
                    "saved before is kept."
                ),
            )
        case NothingFits(pairs=pairs, source=source, target=target):
            return _(
                "None of the {pairs} pairs fits the model, which reads at most {source} tokens and writes at most "
                "{target}: shorten the texts."
            ).format(pairs=f"{pairs:,}", source=source, target=target)
        case BegunEarlier():
            return _(
                "An earlier version of this program began this training and held out other pairs of the file, so it "
                "cannot go on: train anew."
            )
        case Diverged(best_step=step):
            return _("The loss was no longer a finite number: the weights of update {step} are kept.").format(
                step=f"{step:,}"
            )
        case NoCluster(gone=True):
            return _("The cluster that trained this model has gone. What was saved is kept: press Go on to try again.")
        case NoCluster():
            return _(
                "The cluster that trains for this server does not answer. What was saved is kept: try again later."
            )
        case NotShared():
            return _("The cluster that trains for this server does not see its folder of trainings: tell its operator.")
        case Broken():
            return _("The training stopped: something went wrong inside the program. Press Go on to try again.")
        case S2SError(__cause__=VocabularyTooSmall(needs=needs)):
            return _(
                "These texts need a vocabulary of at least {needs} pieces: choose a larger one, or characters."
            ).format(needs=f"{needs:,}")
        case DataError():
            return own_pairs.refusal(error)
        case _:
            return messages.with_reason(
                str(error).rstrip("."),
                _("The training cannot go on: {reason}."),
                _("The training cannot go on: what was saved does not fit. Train anew; the log says more."),
            )


def task_title(task: str) -> str:
    """The name of a task in a menu."""
    return _(TITLES[task] if task in TITLES else RECIPES[task]().title)


def title(ordered: Order) -> str:
    """The name of a training in a menu: its task and the settings of its model."""
    choice = ordered.choice
    ways = "both" if choice.bidirectional else "forward"
    parts = [CELLS[choice.cell]]
    if choice.cell == "lstm":
        parts.append(_(WITH_PEEPHOLES[choice.peephole]))
    parts += [_(WAYS[ways]), _(context_label(choice.context)), str(choice.size)]
    if choice.layers > 1:
        parts.append(_("{count} layers").format(count=choice.layers))
    if choice.forcing < 1:
        parts.append(_("teacher forcing {ratio}").format(ratio=f"{choice.forcing:g}"))
    if choice.dropout is not None:
        parts.append(_("dropout {share}").format(share=f"{choice.dropout:g}"))
    if choice.lr is not None:
        parts.append(_("learning rate {rate}").format(rate=f"{choice.lr:g}"))
    if choice.tokenizer is not None and choice.task == OWN:
        parts.append(_(TOKENIZERS[choice.tokenizer]))
    return f"{ordered.file or task_title(choice.task)} ({', '.join(parts)})"


def said(progress: Progress) -> str:
    """The state of a training, as one line."""
    match progress.status:
        case "waiting":
            return _("Waiting until other models are prepared …")
        case "preparing":
            return _("Preparing the pairs …")
        case "training":
            at = _("Update {step} of {steps}, epoch {epoch}").format(
                step=f"{progress.step:,}", steps=f"{progress.steps:,}", epoch=f"{progress.epoch:.1f}"
            )
            if progress.left is None:
                return at
            left = str(timedelta(seconds=round(progress.left))).removeprefix("0:")
            return at + " · " + _("{time} left").format(time=left)
        case "scoring":
            return _("Scoring it on pairs that it has never seen …")
        case "paused":
            return _("Paused after update {step}; everything is kept.").format(step=f"{progress.step:,}")
        case "finished":
            return _("Done: {step} updates, the weights of update {best} are kept.").format(
                step=f"{progress.step:,}", best=f"{progress.best_step:,}"
            )
        case "failed":
            return problem(progress.problem) if progress.problem else ""


def learning_from(progress: Progress) -> str:
    """The size of the model and of its data, as one line, with the number of pairs that are left out."""
    counts = {"pairs": f"{progress.pairs:,}", "parameters": f"{progress.parameters:,}"}
    line = _("{parameters} parameters learn from {pairs} pairs.").format(**counts)
    if not progress.dropped:
        return line
    left_out = ngettext(
        "{count} pair is too long for the model and left out.",
        "{count} pairs are too long for the model and left out.",
        progress.dropped,
    )
    return f"{line} {left_out.format(count=f'{progress.dropped:,}')}"


def measured(progress: Progress) -> str:
    """The last scores, as one line."""
    if not progress.scores:
        return ""
    _step, loss, found = progress.scores[-1]
    named = [f"{_(name)} {found[measure]:.1f}" for measure, name in MEASURES.items() if measure in found]
    return " · ".join([_("loss on unseen pairs {loss}").format(loss=f"{loss:.2f}"), *named])


def sampled(samples: Sequence[Sample]) -> list[dict[str, str]]:
    """A table of pairs and the model's outputs."""
    return [
        {
            _("source"): messages.literal(sample.source),
            _("target"): messages.literal(sample.target),
            _("writes by itself"): messages.literal(sample.output),
        }
        for sample in samples
    ]
