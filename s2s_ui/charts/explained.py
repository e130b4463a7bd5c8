"""One sentence for every label, axis, scale and mark of the charts, by the keys of their figures (see said.py)."""

from collections.abc import Callable

from s2s_ui.charts import explained_gradient, explained_why
from s2s_ui.charts.said import ACROSS, SCALE, UPWARD, WHOLE, Explained, Said
from s2s_ui.locales import Translate


def of(key: str, _: Translate) -> Explained:
    """The explanations of a figure by the beginning of its key, as in "path_forward_plane"; empty for other figures."""
    return next((found(_) for name, found in FIGURES.items() if key.startswith(name)), Explained("why", ()))


def _matrix(_: Translate) -> Explained:
    scores = _("Scores e: how well each source token fits an output before the softmax (13), from {e.low} to {e.high}.")
    weights = _("Weights α: what the softmax makes of the scores (14); a row sums to 1, the largest is {α.high}.")
    spread = _("Entropy: how spread a row is, from {nats.low} to {nats.high} nats; 0 is all weight on one token.")
    covered = _("Coverage Σα: the weights that a source token gets from all outputs, {sum.low} to {sum.high}.")
    return Explained(
        "attention",
        (
            Said(scores, at=(_("scores e (13)"),)),
            Said(weights, at=(_("weights α (14)"),)),
            Said(spread, at=(_("entropy"),)),
            Said(covered, at=(_("coverage Σα"),)),
            Said(_("Output {step+1}, “{written}”: α = {α} on “{token}” (14), made of the score e = {e} (13).")),
            Said(_("Output {step+1}, “{written}”: α = {α} on “{token}” (14).")),
            Said(_("Entropy of this row: {nats} nats; the shorter the bar, the surer the model is where to look.")),
            Said(_("“{token}” gets {sum} of weight from all outputs together.")),
            Said(
                _(
                    "Rows are the {step.count} outputs, the first at the bottom; columns are the {position.count} "
                    "source tokens; the largest weight is {α.high}."
                )
            ),
        ),
    )


def _pinned(_: Translate) -> Explained:
    said = _(
        "With all α on “{token}” this output would be “{written}”, p = {p}, and the whole answer “{output}”; as it is, "
        "the model mixes all {position.count} tokens."
    )
    rest = _("Under each of {position.count} source tokens: what would be written if all the weight α lay on it.")
    return Explained("attention", (Said(said), Said(rest)))


def _context(_: Translate) -> Explained:
    return Explained(
        "context",
        (
            Said(
                _("e: the scores before the softmax (13); of {α.count} rows the largest share is {α.high}."), at=("e",)
            ),
            Said(_("α: the weights (14), here from {α.low} to {α.high}; a bar is as long as its weight."), at=("α",)),
            Said(_("α·h: weight times state, unit by unit, here from {value.low} to {value.high} (15)."), at=("α·h",)),
            Said(_("“{token}” brings {value} into unit {unit} of the context (15).")),
            Said(_("Of the context, {α%} comes from “{token}” (14).")),
            Said(
                _(
                    "A row is what a source token brings, α·h; the last row is their sum, the context c, from "
                    "{value.low} to {value.high} (15)."
                )
            ),
        ),
    )


def _born(_: Translate) -> Explained:
    return Explained(
        "training",
        (
            Said(_("After {update} updates output {step+1}, “{token}”, takes α = {α} from “{source}” (14).")),
            Said(_("After {update} updates the loss on unseen pairs is {loss} (17); the model writes “{output}”.")),
            Said(_("Output {step+1}, “{token}”: p = {p} at this point of the training.")),
            Said(
                _(
                    "{snapshot.count} points of one training, from update {update.low} to {update.high}; the largest "
                    "weight is {α.high}."
                )
            ),
        ),
    )


def _maps(_: Translate) -> Explained:
    return Explained(
        "cell",
        (
            Said(_("{letter} of unit {unit} at “{token}” is {value}."), of={"letter": None, "value": None}),
            Said(_("{letter}, {name}: a row for each unit, a column for each of {position.count} tokens.")),
            Said(_("Unit {unit} at “{token}”: {value}."), of={"gate": None}),
            Said(_("Unit {unit}: the same row in every map; a click on another row chooses it.")),
            Said(_("“{token}”, token {position+1} of {position.count}: the same column in every map.")),
            Said(
                _(
                    "Colours: 0 is the colour of the paper; states are blue below 0 and red above, gates grow darker "
                    "or, in the dark, lighter with 1; here from {value.low} to {value.high}."
                )
            ),
        ),
    )


def _openness(_: Translate) -> Explained:
    return Explained(
        "cell",
        (
            Said(_("At “{token}” this gate is open (> .9) in {open%} of the units and shut (< .1) in {shut%}.")),
            Said(_("{name}: over all tokens {open%} of the units are open and {shut%} shut.")),
            Said(_("Up: the units that are open, {open.high%} at most; down: those shut, {shut.high%} at most.")),
        ),
    )


def _share(_: Translate) -> Explained:
    return Explained(
        "cell",
        (
            Said(_("{name}: {share%} of the size of all terms of this gate is the peephole's.")),
            Said(_("The hatched part is the peephole's share, here from {share.low%} to {share.high%}.")),
        ),
    )


def _scatter(_: Translate) -> Explained:
    return Explained(
        "cell",
        (
            Said(_("Unit {unit}: this gate is open {open%} of the time and shut {shut%}.")),
            Said(_("To the right: how often shut, up to {shut.high%}; upward: how often open, up to {open.high%}.")),
        ),
    )


def _firing(_: Translate) -> Explained:
    return Explained(
        "cell",
        (
            Said(_("At “{token}” the unit's h is {h}; in these sentences from {h.low} to {h.high}.")),
            Said(_("A line a sentence; the unit's h goes from {h.low} to {h.high}.")),
        ),
    )


def _states(_: Translate) -> Explained:
    tokens = _("The {position.count} source tokens in their order, the last is the end mark.")
    joined = _("Joined states h: the backward half over the forward half (11), a column for each of {position.count}.")
    moved = _("Δh: what the change has added to each state, unit by unit, at {position.count} tokens.")
    far = _("|Δh|: how far each state has moved, over all its units; the longest way is {|Δh|.high}.")
    colour = _("Colour: blue is below 0, red above, 0 is the colour of the paper; here {value.low} to {value.high}.")
    return Explained(
        "directions",
        (
            Said(tokens, at=(ACROSS,)),
            Said(colour, at=(SCALE,)),
            Said(joined, at=(_("joined states h = [→h ; ←h]"),)),
            Said(moved, at=(_("what moved: Δh"),)),
            Said(far, at=(_("how far: |Δh| over all units"),)),
            Said(_("Unit {unit} at “{token}”: {value}.")),
            Said(_("The change has moved the state of “{token}” by |Δh| = {|Δh|}, over all units.")),
            Said(
                _(
                    "A strip a direction, a row a unit, a column a token: numbers from {value.low} to {value.high}; "
                    "the longest way that a state moved is {|Δh|.high}."
                )
            ),
        ),
    )


def _nearest(_: Translate) -> Explained:
    said = _("“{token}” in “{sentence}”: its state and this one have the cosine {cosine}; 1 is the same direction.")
    return Explained("directions", (Said(said),))


def _path(_: Translate) -> Explained:
    first = _("{title}: the direction in which the states differ most, from {PC1.low} to {PC1.high}.")
    second = _("{title}: the next one at a right angle to it, from {PC2.low} to {PC2.high}.")
    return Explained(
        "directions",
        (
            Said(first, at=(ACROSS,)),
            Said(second, at=(UPWARD,)),
            Said(_("Before anything is read the state is 0: here {PC1} and {PC2}."), of={"order": 0}),
            Said(_("The state once “{token}” is read: {PC1} on the first axis, {PC2} on the second.")),
        ),
    )


def _space(_: Translate) -> Explained:
    axes = _(
        "The path in the three directions in which the states differ most: {PC1.low} to {PC1.high}, {PC2.low} to "
        "{PC2.high} and {PC3.low} to {PC3.high}. Drag to turn it."
    )
    return Explained(
        "directions",
        (
            Said(axes, at=(WHOLE,)),
            Said(_("Before anything is read the state is 0: here {PC1}, {PC2} and {PC3}."), of={"order": 0}),
            Said(_("The state once “{token}” is read: {PC1}, {PC2} and {PC3} along the three axes.")),
        ),
    )


def _forcing(_: Translate) -> Explained:
    return Explained(
        "forcing",
        (
            Said(
                _(
                    "Step {step}: fed “{fed}”, it predicts “{predicted}” with p = {probability}; “{scored}” costs "
                    "−log p = {loss} (17)."
                )
            ),
            Said(_("{text}: the sum of all log p up to the end, log p(Y|X) (16)."), of={"level": None}),
            Said(_("Two runs of {step.count} steps; the highest loss of a step is {loss.high} (17).")),
        ),
    )


def _answers(_: Translate) -> Explained:
    said = _("{run}: “{output}”, log p = {log p} (16); what the first answer lacks is red and underlined.")
    return Explained("decoder", (Said(said),))


def _difference(_: Translate) -> Explained:
    weights = _("Output “{output}” on “{source}”: Δα = {Δα}; blue: the left has more; red: the right.")
    chances = _("Output “{output}”: for “{token}” Δp = {Δp}; blue: the left has more; red: the right.")
    many = _("Rows: {row.count}; columns: {column.count}; the stronger the colour, the further apart the two runs.")
    return Explained(
        "attention",
        (
            Said(weights),
            Said(chances),
            Said(_("{part} at “{token}”: the two runs differ by {mean |Δ|} a unit, on the average.")),
            Said(many),
        ),
    )


def _lines(_: Translate) -> Explained:
    return Explained(
        "lengths",
        (
            Said(_("{title}: from {at.low} to {at.high}."), at=(ACROSS,)),
            Said(_("{title}: from {value.low} to {value.high}."), at=(UPWARD,)),
            Said(_("{model}: {value} at {at}, between {low} and {high} with 95 % confidence; {pairs} pairs.")),
            Said(_("{model}: {value} at {at}, where its line ends.")),
            Said(_("{model.count} lines, measured at {at.count} places; the bands are 95 % intervals.")),
        ),
    )


def _curves(_: Translate) -> Explained:
    return Explained(
        "training",
        (
            Said(_("{title}: how often the weights were changed, {update.high} times so far."), at=(ACROSS,)),
            Said(_("{title}: −log p a token, the less the better, from {loss.low} to {loss.high}."), at=(UPWARD,)),
            Said(_("{title}: out of 100, from {score.low} to {score.high}."), at=(UPWARD,)),
            Said(_("{series}: a loss of {loss} after {update} updates (17).")),
            Said(_("{series}: {score} % after {update} updates.")),
            Said(_("One line for each of {series.count}: {series.all}.")),
        ),
    )


def _causal(_: Translate) -> Explained:
    put = _("{letter} of “{donor token}”, put in at “{token}”: {percent} of the way; the run then writes {output}.")
    every = _("{letter}, put in at every place at once: {percent} of the way; the run then writes {output}.")
    rest = _("A run a cell: {letter.count} states at {token.count} places; 0 % is this answer, 100 % the other's.")
    return Explained("reasons", (Said(every, of={"whole": True}), Said(put, of={"whole": False}), Said(rest)))


def _beam(_: Translate) -> Explained:
    best = _(
        "“{label}”: p = {p} at step {step+1} (the number behind it), log p = {log_prob} from the start (16). Bold: it "
        "is on the best path."
    )
    kept = _(
        "“{label}”: p = {p} at step {step+1} (the number behind it), log p = {log_prob} from the start (16). It stayed "
        "in the beam."
    )
    ended = _(
        "“{label}”: p = {p} at step {step+1}, log p = {log_prob} from the start (16). Grey: other paths were more "
        "probable, so it ended here."
    )
    rest = _("{node.count} beginnings were scored in {step.count} steps; a line is as thick as its p.")
    return Explained("decoder", (Said(best, of={"rank": 0}), Said(kept, of={"kept": True}), Said(ended), Said(rest)))


FIGURES: dict[str, Callable[[Translate], Explained]] = {
    "matrices": _matrix, "weights_": _matrix, "probe": _matrix, "pinned": _pinned, "context": _context, "born": _born,
    "maps": _maps, "openness": _openness, "share": _share, "scatter": _scatter, "firing": _firing,
    "states": _states, "nearest": _nearest, "path_forward_space": _space,
    "path_backward_space": _space, "path_": _path, "forcing": _forcing, "after": _lines, "length": _lines,
    "decoded": _answers, "fixed": _answers, "outputs": _answers, "alone": _answers, "difference_": _difference,
    "reasons": explained_why.rows, "taken": explained_why.curves, "heldout": explained_why.measured,
    "losses": _curves, "scores": _curves, "beam": _beam, "causal_answers": _answers, "causal": _causal,
    **explained_gradient.FIGURES,
}  # fmt: skip
"""The function that explains a figure, by the beginning of the figure's key."""
