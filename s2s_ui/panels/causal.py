"""Causal tracing between two runs: put a state of one run into the other, and see whether the answer changes."""

from dataclasses import replace
from math import isnan

import streamlit as st

from s2s_core import Trace
from s2s_core.analysis.directions import neighbour, places
from s2s_core.analysis.layers import depth
from s2s_core.edits import Edits, Replace
from s2s_core.errors import S2SError
from s2s_core.patching import Patched, Patching, Smallest
from s2s_ui.charts import answers, causal, theme, tokens
from s2s_ui.charts.answers import Answer
from s2s_ui.panels import layers
from s2s_ui.panels.controls import Seen
from s2s_ui.session import caches, messages, state, widgets
from s2s_ui.session.i18n import _, ngettext
from s2s_ui.session.request import Request
from s2s_ui.shell import figure, layout

DECIMALS = 3  # of the numbers that are put in, which are part of the link
TRIED = 12  # places at which a token is replaced to find a sentence with another answer
LISTED = 16  # the most units that are listed


def show(seen: Seen) -> None:
    """The second sentence, the map of both runs, and the effect of the chosen cell, for the sentence of a page.

    It uses the trained network without the view's edits. It reads and writes the options `donor`, `output`, `patched`,
    `traced`, `align` and `layer` of the address.
    """
    request = Request(seen.plain.model, seen.plain.text)
    receiver = caches.runs(request).shown
    text = state.option("donor") or _donor(request, receiver)
    deep = depth(receiver)
    with st.container(key="controls_causal", horizontal=True, vertical_alignment="center"):
        st.text_input(
            _("The other sentence"),
            autocomplete="off",
            **widgets.bind_option("donor", text, forget=("patched", "output")),
        )
        st.button(_("Swap"), key="causal swap", on_click=_swap, args=(receiver.text, text))
        layers.switch(deep)
        traced = "states"
        if caches.has_gates(request.model):
            traced = state.option("traced") or "states"
            what = {"states": _("states"), "gates": _("gates of the decoder")}
            st.segmented_control(
                _("put in"),
                list(what),
                format_func=what.__getitem__,
                required=True,
                **widgets.bind_option("traced", traced, forget=("patched",)),
            )
    try:
        donor = caches.runs(replace(request, text=text)).shown
        patching = _patching(request, receiver, donor, layers.chosen(deep), traced)
    except S2SError as problem:
        layout.notice(messages.sentence(problem), error=True, place="causal")
        return
    if patching is None:
        said = _("Both sentences are answered by {answer}, so there is nothing to put over: change the other sentence.")
        layout.notice(said.format(answer=messages.quoted(receiver.output)), place="causal")
        return
    layout.notice(None, place="causal")
    _controls(patching, receiver, donor)
    chosen = _chosen(patching)
    palette = theme.palette(layout.dark())
    figure.show(
        causal.causal_map(patching, receiver, donor, chosen, palette, _),
        lambda: causal.causal_frame(patching, receiver, donor, _),
        name=_("How far each state of the other run, put into this one, takes the answer over"),
        key="causal",
        least=causal.least_width(patching),
        on_select=widgets.picked_through("causal", "cell", lambda number: _choose(patching.cells[number])),
    )
    if not patching.measurable:
        st.caption(_("Fed this output, both runs expect nearly the same here: there is no way to be measured."))
    st.caption(
        _(
            "Each cell is a run of its own: one state of the other sentence is put into this one, and all that follows "
            "is computed anew. 0 % is this sentence's answer, 100 % the other's, by log p of the two tokens (Vig et "
            "al. 2020; Meng et al. 2022)."
        )
    )
    _outcome(request, patching, chosen, receiver, donor)


def _donor(request: Request, receiver: Trace) -> str:
    """The sentence with one token replaced so that the answer differs: a digit if there is one, near the middle."""
    middle = (len(receiver.src_tokens) - 1) / 2
    found = [(place, neighbour(place.characters)) for place in places(receiver)]
    found = [(place, by) for place, by in found if by]
    found.sort(key=lambda pair: (not pair[1][:1].isdigit(), abs(pair[0].position - middle)))
    texts = [place.replace(receiver.text, by) for place, by in found[:TRIED]]
    for text in texts:
        try:
            if caches.runs(replace(request, text=text)).shown.tgt_ids != receiver.tgt_ids:
                return text
        except S2SError:
            continue
    return texts[0] if texts else receiver.text


def _patching(request: Request, receiver: Trace, donor: Trace, layer: int | None, traced: str) -> Patching | None:
    """The map at the chosen output, or at the first one that differs; None if the answers do not differ."""
    steps = _steps(receiver, donor)
    if not steps:
        return None
    output = state.index("output", max(steps) + 1)
    step = output if output in steps else steps[0]
    align = state.option("align") or "tokens"
    return caches.patching(request.model, receiver.text, donor.text, traced == "gates", step, layer, align)


def _steps(receiver: Trace, donor: Trace) -> list[int]:
    """The output steps at which both answers have tokens, and these differ."""
    pairs = zip(receiver.tgt_ids, donor.tgt_ids, strict=False)
    return [step for step, (one, other) in enumerate(pairs) if one != other]


def _controls(patching: Patching, receiver: Trace, donor: Trace) -> None:
    """The controls of the measured output and, if there is a choice, of the correspondence of places."""
    steps = _steps(receiver, donor)
    unequal = len(receiver.src_tokens) != len(donor.src_tokens)
    with st.container(key="controls_causal_step", horizontal=True, vertical_alignment="center"):
        mine, others = tokens.target(receiver, _), tokens.target(donor, _)
        st.selectbox(
            _("Output"),
            [str(step) for step in steps],
            format_func=lambda step: f"{tokens.numbered(int(step), mine[int(step)])} → {others[int(step)]}",
            filter_mode=None,
            **widgets.bind_option("output", str(patching.step), place="causal", forget=("patched",)),
        )
        if unequal:
            ways = {"tokens": _("by tokens"), "start": _("from the start"), "end": _("from the end")}
            st.segmented_control(
                _("places correspond"),
                list(ways),
                format_func=ways.__getitem__,
                required=True,
                **widgets.bind_option("align", state.option("align") or "tokens", forget=("patched",)),
            )
            missing = sum(partner is None for partner in patching.runs.partners)
            if missing:
                crossed = ngettext(
                    "crossed: {count} token without a counterpart",
                    "crossed: {count} tokens without a counterpart",
                    missing,
                )
                st.caption(crossed.format(count=missing))


def _chosen(patching: Patching) -> Patched:
    """The cell in the address, else the single place with the largest effect."""
    part, _dot, place = (state.option("patched") or "").partition(".")
    for cell in patching.cells:
        if (cell.part, "all" if cell.place is None else str(cell.place)) == (part, place):
            return cell
    single = [cell for cell in patching.cells if cell.place is not None and not isnan(cell.share)]
    return max(single, key=lambda cell: cell.share, default=patching.cells[0])


def _choose(cell: Patched) -> None:
    state.choose(patched=f"{cell.part}.{'all' if cell.place is None else cell.place}")


def _swap(receiver: str, donor: str) -> None:
    """Exchange the two sentences: from "is this state sufficient?" to "is it necessary?"."""
    state.change(text=donor)
    state.choose(donor=receiver)


def _outcome(request: Request, patching: Patching, chosen: Patched, receiver: Trace, donor: Trace) -> None:
    """The effect of the chosen cell in a sentence, its answer between the two others, and the button to the stage."""
    st.markdown(f"**{messages.literal(sentence(patching, chosen, receiver, donor))}**")
    edits = patching.edits(chosen.part, chosen.place)
    if not edits.edits:
        return
    patched = caches.runs(replace(request, edits=rounded(edits))).shown
    runs = [Answer(_("this one"), receiver), Answer(_("with it"), patched), Answer(_("the other"), donor)]
    written = answers.answer_frame(runs)
    figure.show(
        answers.answers(written, theme.palette(layout.dark())),
        written,
        name=_("The answer of the changed run between the two others"),
        key="causal_answers",
    )
    widgets.button(_("See it on the stage"), lambda: _open(edits), key="causal stage", type="primary")
    if chosen.place is None or not chosen.share > 0:
        return
    with st.expander(_("Which units carry it?"), key="causal_units", type="compact", on_change="rerun") as units:
        if units.open:
            _units(request, patching, chosen)


def _units(request: Request, patching: Patching, chosen: Patched) -> None:
    """The fewest units that carry the difference, and the button to the stage with only these units."""
    assert chosen.place is not None
    try:
        found = caches.smallest(request.model, patching, chosen.part, chosen.place)
    except S2SError as problem:
        st.caption(messages.literal(messages.sentence(problem)))
        return
    st.markdown(messages.literal(carried(found)))
    st.caption(
        _("Found greedily, and checked: with these units alone the answer is {answer}; none can be left out.").format(
            answer=messages.quoted(found.output)
        )
    )
    edits = patching.edits(chosen.part, chosen.place, units=found.units)
    widgets.button(_("See these on the stage"), lambda: _open(edits), key="causal units stage")


def carried(found: Smallest) -> str:
    """The smallest set of units in a sentence."""
    named = ", ".join(map(str, sorted(found.units)[:LISTED])) + (" …" if len(found.units) > LISTED else "")
    said = ngettext(
        "{count} of {all} units goes {percent} of the way, where all go {whole}: {units}",
        "{count} of {all} units go {percent} of the way, where all go {whole}: {units}",
        len(found.units),
    )
    return said.format(
        count=len(found.units),
        all=found.count,
        percent=causal.as_percent(found.share),
        whole=causal.as_percent(found.whole),
        units=named,
    )


def sentence(patching: Patching, cell: Patched, receiver: Trace, donor: Trace) -> str:
    """The effect of one cell, in plain words."""
    letter = causal.symbol(cell.part, receiver.decoder.top.kind, _)
    source = patching.runs.part(cell.part).axis == "source"
    own, written = receiver.output, cell.output
    if isnan(cell.share) and patching.measurable:
        if not source or cell.place is None:
            return _("There is nothing of {letter} to put in.").format(letter=letter)
        token = tokens.source(receiver, _)[cell.place]
        return _("“{token}” has no counterpart in the other sentence, so nothing is put in.").format(token=token)
    if cell.place is None:
        what = _("{letter} at every place").format(letter=letter)
    elif source:
        place = cell.place if cell.partner is None else cell.partner
        what = _("{letter} of “{token}”").format(letter=letter, token=tokens.source(donor, _)[place])
    else:
        what = _("{letter} of output {k}").format(letter=letter, k=cell.place + 1)
    values = {"what": what, "own": own, "written": written}
    if isnan(cell.share):
        return _("Put into this run, {what} gives {written}.").format(**values)
    values["percent"] = causal.as_percent(cell.share)
    if written == own:
        return _("Put into this run, {what} leaves the answer at {own}: {percent} of the way.").format(**values)
    return _("Put into this run, {what} turns {own} into {written}: {percent} of the way.").format(**values)


def rounded(edits: Edits) -> Edits:
    """The edits, rounded as in a link."""
    return Edits(tuple(_rounded(edit) for edit in edits.edits if isinstance(edit, Replace)))


def _rounded(edit: Replace) -> Replace:
    return replace(edit, values=tuple(round(value, DECIMALS) for value in edit.values))


def _open(edits: Edits) -> None:
    """Open Watch with the changed run and the original."""
    state.change(edits=rounded(edits), peepholes=True, forcing=False)
    st.switch_page("pages/watch.py")
