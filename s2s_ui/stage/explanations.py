"""One sentence for every label, symbol and mark of the stage; the browser fills in the numbers.

js/data/explanations.js maps each element to its sentence and the sentence's numbers.
"""

from __future__ import annotations

import base64
import json
import zlib
from functools import cache

from s2s_ui.locales import Translate


def packed(_: Translate) -> str:
    """All sentences and titles by their names, deflated JSON in base64, a third of the size (js/data/sentences.js)."""
    return _deflated(json.dumps(explanations(_) | linked(_), ensure_ascii=False, separators=(",", ":")))


def explanations(_: Translate) -> dict[str, str]:
    """The sentences by their names in js/data/explanations.js."""
    return _lanes(_) | _marks(_) | _rows(_) | _lens(_) | _terms(_) | _tables(_) | _around(_)


@cache
def _deflated(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def links(_: Translate) -> dict[str, str]:
    """The words around an explanation."""
    return {"explain": _("Explain the picture"), "in_the_lesson": _("In the lesson: {chapter}")}


def chapters(_: Translate) -> dict[str, str]:
    """The titles of the lesson's chapters, in the order of their numbers in links."""
    return {
        **linked(_),
        "chapter_own": _("A model of your own"),
        "chapter_reasons": _("Asking why"),
        "chapter_gradient": _("The way back"),
    }


def linked(_: Translate) -> dict[str, str]:
    """The titles of the chapters to which the stage links."""
    return {
        "chapter_why": _("Why one sequence into another"),
        "chapter_cell": _("The cell"),
        "chapter_encoder": _("The encoder"),
        "chapter_context": _("The context vector"),
        "chapter_decoder": _("The decoder"),
        "chapter_lengths": _("Different lengths"),
        "chapter_training": _("Training"),
        "chapter_attention": _("Attention"),
        "chapter_forcing": _("Teacher forcing"),
        "chapter_directions": _("Both directions"),
    }


def _lanes(_: Translate) -> dict[str, str]:
    return {
        "mode": _(
            "Point at anything outlined, tap it, or go there with Tab: a sentence says what it is. E or Esc ends it. "
            "You are at step {step} of {total}."
        ),
        "lane_output": _("Output: what the decoder has written so far, {written} of {count} tokens."),
        "lane_decoder": _("Decoder: a state s of {units} numbers for each output; {done} of {count} are computed."),
        "lane_context": _(
            "Context c: what an output takes from the source, the states summed by their weights α; {done} of {count} "
            "are computed, {width} numbers each."
        ),
        "lane_context_fixed": _("Context c: one vector of {width} numbers, the same for all {count} outputs."),
        "lane_joined": _(
            "Joined states h: forward and backward state of a token side by side, {width} numbers; {done} of {count} "
            "are complete."
        ),
        "lane_forward": _(
            "Forward states →h: they know what stands to the left; {done} of {count} tokens are read, {units} numbers "
            "each."
        ),
        "lane_backward": _(
            "Backward states ←h: they know what stands to the right; {done} of {count} tokens are read, {units} "
            "numbers each."
        ),
        "lane_source": _("Source x: the {count} tokens that are read; the last is the end mark, “{end}”."),
        "attention": _(
            "Attention: each output has a row of weights over the source; output {k} takes most from “{source}”, "
            "{weight}."
        ),
        "alpha": _("α: the weights of output {k} (14); they sum to 1, and the largest is {weight}, on “{source}”."),
        "score": _("e: the scores of output {k} before the softmax (13), here from {low} to {high}."),
        "window": _("Not all tokens fit: {first} to {last} of {count} are in sight."),
        "strip": _("All {count} tokens in small; the frame is what is in sight, {first} to {last}."),
        "outside": _("So much of the weight of output {k} lies outside of what is in sight: {weight}."),
    }


def _marks(_: Translate) -> dict[str, str]:
    return {
        "cell_forward": _("State →h of “{token}”: what was read from the left up to here; unit {unit} is {value}."),
        "cell_backward": _("State ←h of “{token}”: what was read from the right up to here; unit {unit} is {value}."),
        "cell_decoder": _("State s of output {k}, from which “{token}” was written; unit {unit} is {value}."),
        "cell_decoder_open": _(
            "State s of output {k}, from which the next token will be written; unit {unit} is {value}."
        ),
        "joined": _("Joined state of “{token}”: the backward half over the forward half (11); {unit} is {value}."),
        "context": _(
            "Context of output {k}: all states of the source, summed by their weights (15); {unit} is {value}."
        ),
        "context_fixed": _("Context of output {k}: the same for every output (8); {unit} is {value}."),
        "ahead": _("Still empty: this is computed at step {k}, and the stage is at {now}."),
        "ahead_decoder": _("Still empty: this is computed at output {k}."),
        "arrow_forward": _("The state after “{from}” goes into the cell that reads “{to}”: {units} numbers (9)."),
        "arrow_backward": _("The state after “{from}” goes into the cell that reads “{to}”: {units} numbers (10)."),
        "arrow_decoder": _("The state of step {from} goes into the cell of output {to}: {units} numbers (12)."),
        "stem": _("The column of “{token}”, token {k} of {count}."),
        "feed": _("“{token}”, written at output {from}, is what output {k} reads (18)."),
        "feed_reference": _("Teacher forcing: the reference's “{token}”, token {from}, is what output {k} reads (18)."),
        "source_read": _(
            "“{token}”, token {k} of {count}: read at step {k} from the left, at step {back} from the right."
        ),
        "source_read_forward": _("“{token}”, token {k} of {count}: read at step {k}."),
        "source_looked": _("“{token}”, token {k} of {count}: output {output} takes {weight} from it."),
        "source_unknown": _("“{token}”, token {k} of {count}: the model has never seen this character."),
        "weight": _("Output {k} takes {weight} from “{source}”: what the softmax makes of the score {score} (14)."),
        "weight_open": _("Score of “{source}” for output {k}: {score} (13); the softmax will make a weight of it."),
        "row": _("Weights of output {k}, “{output}”: most of it, {weight}, on “{source}”."),
        "strand": _("Strand: {share} of the context of output {k} comes from “{source}” (15); the thicker, the more."),
        "fixed": _("Without attention, {width} numbers made of all {tokens} tokens serve all {count} outputs (8)."),
        "token": _("Output {k}, “{output}”: the most probable token, p = {p} (12)."),
        "token_other": _("Output {k}, “{output}”: p = {p}; the model would have preferred “{first}”, p = {q}."),
        "bar": _("The bar is as long as the probability of “{output}”, {p}."),
        "bar_hollow": _("The bar is hollow because the model is not sure: “{output}” has {p}, less than one half."),
        "bracket": _("“{word}” is one word, written in {count} pieces."),
        "layer": _("Layer {layer} of {count}, folded: a click shows it."),
    }


def _rows(_: Translate) -> dict[str, str]:
    return {
        "row_free": _("Free run: fed its own tokens, the model writes “{output}”, {count} tokens with the end mark."),
        "row_original": _("Original: before the change the model writes “{output}”, {count} tokens with the end mark."),
        "row_changed": _("Changed: after the change the model writes “{output}”, {count} tokens with the end mark."),
        "row_reference": _(
            "Reference y*: the right answer, “{reference}”, fed token by token; {count} with the end mark."
        ),
        "row_loss": _("Loss: −log p of the reference's token, {loss} at output {k}; up to here the sum is {sum} (17)."),
        "row_predicted": _(
            "Prediction ŷ: the most probable token of each step; {wrong} of {count} miss the reference."
        ),
        "parting": _("From output {k} on the two runs differ."),
    }


def _lens(_: Translate) -> dict[str, str]:
    return {
        "lens": _("The cell at step {k}, enlarged: {shown} of its {hidden} units, unit {unit} outlined."),
        "belt": _("The way of the memory c: f keeps {kept} of it, i lets {added} in, and c is {c} in unit {unit} (4)."),
        "node_forget": _("×: the forget gate times the old memory, {f} · {old} = {kept} in unit {unit}."),
        "node_input": _("×: the input gate times the candidate, {i} · {candidate} = {added} in unit {unit}."),
        "node_add": _("+: what is kept and what is new, {kept} + {added}, make c = {c} in unit {unit} (4)."),
        "node_output": _("×: the output gate times tanh(c), {o} · {tanh} = {h} in unit {unit} (6)."),
        "tanh": _("tanh brings c between −1 and 1: of {c} it makes {tanh} in unit {unit}."),
        "peephole_old": _(
            "Peephole: forget and input gate read the old cell state; its part of the sums in unit {unit}: {terms}."
        ),
        "peephole_new": _(
            "Peephole: the output gate reads the new cell state; its part of the sum in unit {unit}: {terms}."
        ),
        "lens_x": _("x: the token “{token}” goes into all gates; its part of the sums in unit {unit}: {terms}."),
        "lens_h": _("The state of the step before goes into all gates; its part of the sums in unit {unit}: {terms}."),
        "old_state": _("{letter} of the step before: in unit {unit} it was {old}, now it is {value}."),
    }


def _terms(_: Translate) -> dict[str, str]:
    return {
        "forget_gate": _("f, the forget gate (1): unit {unit} keeps {percent} of its old memory."),
        "input_gate": _("i, the input gate (2): unit {unit} takes in {percent} of the candidate."),
        "candidate": _("{letter}, the candidate: what could be taken in, {value} in unit {unit}."),
        "cell": _("c, the cell state (4): the memory of unit {unit}, before {old}, now {value}."),
        "output_gate": _("o, the output gate (5): unit {unit} shows {percent} of its memory."),
        "hidden": _("{letter}, the hidden state (6): what the cell shows of unit {unit}, before {old}, now {value}."),
        "gru_hidden": _("{letter}, the hidden state (7): unit {unit} was {old} and is {value}."),
        "reset_gate": _("r, the reset gate: {percent} of the old state of unit {unit} counts for the new one."),
        "update_gate": _("z, the update gate: unit {unit} keeps {percent} of its old state."),
        "squash": _("σ brings the sum of the terms, {sum}, between 0 and 1: {name} of unit {unit} is {value}."),
        "squash_tanh": _("tanh brings the sum of the terms, {sum}, between −1 and 1: {value} in unit {unit}."),
        "sum_cell": _("(4) with its numbers: {f} · {old} kept and {i} · {candidate} new make {c} in unit {unit}."),
        "sum_hidden": _("The numbers of unit {unit} put in: the hidden state becomes {h}."),
        "stairs": _("Each of the {count} steps is a term that begins where the last one ended: from 0 to {sum}."),
        "term_x": _("x: what is read, “{token}”, adds {value} of {sum} here."),
        "term_y": _("y: the token written before, “{token}”, adds {value} of {sum} here."),
        "term_context": _("ctx: the context, what attention brought, adds {value} of {sum} here."),
        "term_feed": _("r: the last attentional state, fed back, adds {value} of {sum} here."),
        "term_h": _("The state of the step before adds {value} of {sum} here."),
        "term_peephole": _("peephole: the gate reads the cell state; {value} of {sum} here."),
        "term_bias": _("bias: the same at every step; {value} of {sum} here."),
        "unpeeped": _("The candidate has no peephole (3): its sum, {sum}, does without the cell state."),
        "later": _("Not there yet: output {k} is at sub-step {now}, and this comes with {sub}, {name}."),
    }


def _tables(_: Translate) -> dict[str, str]:
    return {
        "inspected": _("{cell}: its equations at step {k} with the numbers of unit {unit}, one of {units}."),
        "unit": _("Unit {unit} of {units}: one square of every state; ↑ and ↓ go to another."),
        "aligned": _(
            "Attention of output {k}: scores (13), weights (14), context (15); of {count} tokens most on “{source}”."
        ),
        "aligned_sum": _("Unit {unit} of the context: the last column summed over all {count} tokens, {value} (15)."),
        "aligned_word": _("“{source}”: its score for output {k} is {score}."),
        "aligned_score": _("e: how well “{source}” fits output {k} before the softmax, {score} (13)."),
        "aligned_weight": _("α: the share of “{source}” in output {k} after the softmax, {weight} (14)."),
        "aligned_state": _("h: what unit {unit} of the state of “{source}” holds, {state}."),
        "aligned_product": _("α·h: what “{source}” brings into the context, {weight} · {state} = {product} (15)."),
        "distribution": _(
            "(12): the softmax gives every token a probability; the {count} most probable are known here, first "
            "“{first}”, {p}."
        ),
        "likely": _("“{token}” has p = {p} at output {k} (12): number {place} of all tokens."),
        "course": _(
            "Unit {unit} along the {count} tokens; it stands at “{token}”, step {k}, and what is not read yet is pale."
        ),
        "course_line": _("{letter}, {name}, of unit {unit} along the text: from {low} to {high}, {value} now."),
        "not_why": _("Output {k} looks at “{source}” with {weight}; whether it matters shows only if you change it."),
    }


def _around(_: Translate) -> dict[str, str]:
    return {
        "legend_state": _(
            "Colour of states: blue is below 0, red above, and 0 is the colour of the paper; unit {unit} is {value} "
            "here."
        ),
        "legend_gate": _(
            "Colour of gates: the further from the paper, the more open; {letter} of unit {unit} is {value} here."
        ),
        "legend_attention": _("Colour of attention: the stronger, the more weight; at output {k} at most {weight}."),
        "reads": _("The encoder reads {count} tokens, one a step; {read} are read."),
        "writes": _("The decoder writes {count} tokens, each in five sub-steps; {written} are written."),
        "sub_1": _("Sub-step 1 of 5: every source token gets a score for output {k} (13); the stage is at {now}."),
        "sub_2": _(
            "Sub-step 2 of 5: the softmax makes weights of the scores of output {k} (14); the stage is at {now}."
        ),
        "sub_3": _("Sub-step 3 of 5: the weighted sum is the context of output {k} (15); the stage is at {now}."),
        "sub_4": _("Sub-step 4 of 5: the cell of output {k} takes context and token before; the stage is at {now}."),
        "sub_5": _("Sub-step 5 of 5: the token of output {k} is written (12); the stage is at {now}."),
        "scrubber": _("All {total} steps of the run, first those that read; it stands at {step}."),
        "speed": _("How fast it plays: {speed} times the usual; it stands at step {step}."),
        "edit": _("What you have changed inside the network, {count} in all; ✕ takes one back."),
        "layers": _("Which of the {count} layers is shown: number {layer}."),
    }
