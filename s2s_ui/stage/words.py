"""All texts of the stage, translated by the page.

{name} is filled in by the browser; {name:을/를} is the Korean particle that follows the final sound of that value.
"""

from __future__ import annotations

from s2s_ui.locales import Translate
from s2s_ui.stage.explanations import links
from s2s_ui.stage.guide import guide


def words(_: Translate) -> dict[str, str]:
    """The texts by their names in the stage's scripts."""
    return _parts(_) | captions(_) | _inspector(_) | _transport(_) | _edits(_) | _help(_) | guide(_) | links(_)


def _parts(_: Translate) -> dict[str, str]:
    return {
        "stage": _("The network while it reads and writes. Arrow keys step, space plays, question mark for help."),
        "output": _("output"),
        "decoder": _("decoder"),
        "context": _("context"),
        "joined": _("joined"),
        "backward": _("backward"),
        "forward": _("forward"),
        "source": _("source"),
        "layer": _("layer {k} of {n}"),
        "layers": _("Layer"),
        "layer_above": _("The layer above"),
        "layer_below": _("The layer below"),
        "folded": _("layer {k}: click to see it"),
        "attention": _("attention"),
        "score": _("score"),
        "crowd": _("class"),
        "end": _("end"),
        "window": _("{first}–{last} of {count}"),
        "answer": _("answer"),
        "same_answer": _("the answer is the same"),
        "empty_answer": _("nothing"),
        "free_run": _("free run"),
        "original": _("original"),
        "changed": _("changed"),
        "reference": _("reference"),
        "loss": _("loss"),
        "predicted": _("predicted"),
        "fed": _("fed"),
        "parting": _("The runs part at {k}"),
        "fixed_context": _("No attention: every step gets the same context"),
        "other_version": _(
            "This picture has version {version} and is read as version {known}: reload the page, or make it again."
        ),
        "unknown": _("The model has never seen this character"),
        "unsure": _("Less than one half: the model is not sure"),
        "numbers_handed": _("a row of numbers"),
        "by_position": _("Compared with the reference position by position"),
        "unit_value": _("unit {unit}: {value}"),
        "lens_forward": _("Inside the forward cell at step {k}: {shown} of {hidden} units, unit {unit} outlined"),
        "lens_backward": _("Inside the backward cell at step {k}: {shown} of {hidden} units, unit {unit} outlined"),
    }


def captions(_: Translate) -> dict[str, str]:
    """The words of the captions alone."""
    return {
        "caption_both": _("Step {k}: → reads “{forward}”, ← reads “{backward}”"),
        "caption_forward": _("Step {k}: → reads “{forward}”"),
        "caption_1": _("Output {k}: score each source token against the last state s"),
        "caption_2": _("Output {k}: softmax turns the scores into weights that sum to 1"),
        "caption_3": _("Output {k}: weighted sum: {share} of the context comes from “{source}”"),
        "caption_4": _("Output {k}: the cell takes the context and the previous token"),
        "caption_word": _("Output {k}: looks back at “{source}” ({weight}), writes “{output}” ({p})"),
        "caption_spread": _("Output {k}: attention is spread, most on “{source}” ({weight}), writes “{output}” ({p})"),
        "caption_copies": _("Output {k}: copies “{output}” from “{source}” ({weight}), writes “{output}” ({p})"),
        "caption_reads": _("Output {k}: reads “{word}” from “{source}” ({weight}), writes “{output}” ({p})"),
        "caption_fixed": _("Output {k}: writes “{output}” ({p})"),
        "caption_forced": _("Output {k}: fed “{fed}”, predicts “{output}” ({p}), reference “{reference}” ({q})"),
        "caption_pinned": _("Output {k}: forced to “{output}” ({p}), the model preferred “{first}” ({q})"),
        "caption_short": _("{k}. Looks at “{source}” {weight}, writes “{output}” {p}"),
    }


def _inspector(_: Translate) -> dict[str, str]:
    return {
        "cell_forward": _("Forward cell"),
        "cell_backward": _("Backward cell"),
        "cell_decoder": _("Decoder cell"),
        "step": _("step {k} · {token}"),
        "step_short": _("step {k}"),
        "unit": _("unit"),
        "previous_unit": _("Previous unit"),
        "next_unit": _("Next unit"),
        "name_forget_gate": _("forget gate"),
        "name_input_gate": _("input gate"),
        "name_candidate": _("candidate"),
        "name_cell": _("cell state"),
        "name_output_gate": _("output gate"),
        "name_hidden": _("hidden state"),
        "name_reset_gate": _("reset gate"),
        "name_update_gate": _("update gate"),
        "short_forget_gate": _("forget"),
        "short_input_gate": _("input"),
        "short_candidate": _("cand."),
        "short_cell": _("cell"),
        "short_output_gate": _("output"),
        "short_hidden": _("hidden"),
        "short_reset_gate": _("reset"),
        "short_update_gate": _("update"),
        "peephole": _("peephole"),
        "bias": _("bias"),
        "no_peephole": _("no peephole here"),
        "attention_name": _("Attention"),
        "next_token": _("next token"),
        "at_cell": _("at 4 cell"),
        "at_word": _("at 5 token"),
        "not_why": _("Attention shows where the model looks, not why."),
        "unit_course": _("This unit along the sentence"),
        "legend_state": _("state"),
        "legend_gate": _("gate"),
        "legend_attention": _("attention"),
        "open_decoder": _("equations (1)–(6), (13)–(15)"),
        "open_encoder": _("equations (1)–(6)"),
        "open_sheet": _("Open or close the equations"),
    }


def _transport(_: Translate) -> dict[str, str]:
    return {
        "first": _("To the start"),
        "previous": _("One step back"),
        "play": _("Play"),
        "pause": _("Pause"),
        "next": _("One step on"),
        "last": _("To the end"),
        "speed": _("Speed"),
        "screen": _("Full screen"),
        "encoder_reads": _("Encoder reads · {count}"),
        "decoder_writes": _("Decoder writes · {count}"),
        "reads": _("Reads · {count}"),
        "writes": _("Writes · {count}"),
        "sub_1": _("scores"),
        "sub_2": _("softmax"),
        "sub_3": _("context"),
        "sub_4": _("cell"),
        "sub_5": _("token"),
    }


def _edits(_: Translate) -> dict[str, str]:
    return {
        "edits": _("What if"),
        "undo": _("Undo"),
        "reset": _("Reset"),
        "take_back": _("Take back: {edit}"),
        "guess": _("What comes next?"),
        "guess_right": _("guessed right"),
        "guess_wrong": _("guessed “{guess}”"),
        "click_to_force": _("click one to force it"),
        "all_units": _("all units"),
        "all_layers": _("all layers"),
        "as_computed": _("as computed"),
        "hold_heading": _("Hold it at every step"),
        "row_heading": _("Attention of output {k}"),
        "look_only": _("only “{source}”"),
        "look_uniform": _("all alike"),
        "other_context": _("context of another sentence …"),
        "swap_context": _("The context of output {k} is taken from this sentence, read by the same model:"),
        "other_sentence": _("Another sentence"),
        "take_it": _("Take it"),
        "edit_token": _("output {k} is “{token}”"),
        "edit_only": _("output {k} looks at “{source}” only"),
        "edit_uniform": _("output {k} looks at all alike"),
        "edit_row": _("attention of output {k} by hand"),
        "edit_context": _("context of output {k} from another sentence"),
        "edit_state": _("{letter} of “{token}” put in"),
        "edit_unpeeped": _("{letter} without its peephole"),
    }


def _help(_: Translate) -> dict[str, str]:
    return {
        "show_table": _("Show as table"),
        "close": _("Close"),
        "key_help": _("Keys"),
        "key_step": _("one step on or back"),
        "key_sub": _("one sub-step on or back"),
        "key_play": _("play or pause"),
        "key_ends": _("to the start or the end"),
        "key_unit": _("another unit"),
        "key_speed": _("slower or faster"),
        "key_direction": _("forward or backward cell under the lens"),
        "key_layer": _("another layer, where there are several"),
        "key_peepholes": _("peepholes on or off"),
        "key_teacher": _("teacher forcing on or off"),
        "key_free": _("the other of two runs"),
        "key_sentence": _("to the sentence"),
        "key_blank": _("blank screen"),
        "key_size": _("larger, for a lecture hall: 1×, 1.5×, 2×"),
        "key_equation": _("when larger: another equation"),
        "key_pen": _("a pen to draw with, until the next step"),
        "key_spotlight": _("a spotlight, until the next step"),
        "key_languages": _("captions in two languages"),
        "key_plan": _("with a class and its plan: on, and back with Shift"),
        "key_escape": _("let go of what is held"),
    }
