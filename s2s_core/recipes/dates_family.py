"""The variations of `dates`: every part of the model and of its training, changed one at a time."""

from s2s_core.recipes.shipped import DATES_LIMITS
from s2s_core.recipes.variation import Variation

DATES_FAMILY = (
    Variation(
        name="dates-last",
        base="dates",
        kind="last",
        title="no attention (last)",
        summary="""\
The model `dates` without attention (`context = last`): every step of the decoder reads the same context, the last state
of each direction, so the whole date has to fit into these 128 numbers.""",
        findings=(
            "It learns more slowly (after 400 updates it writes 0.8 % of the dates exactly, where `dates` writes "
            "97 %), and in the end one date in nine is wrong."
        ),
        model={"context": "last"},
        weaknesses=(
            "Where it errs, the year is mostly right and digits of month and day are wrong or have changed places: "
            "27280111 becomes 2728-11-01.",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-mean",
        base="dates",
        kind="mean",
        title="no attention (mean)",
        summary="""\
The model `dates` without attention (`context = mean`): every step of the decoder reads the same context, the mean of
all states of the encoder, so what is read early counts no less than what is read last.""",
        findings=(
            "It learns more slowly (after 400 updates it writes 4.5 % of the dates exactly, where `dates` writes "
            "97 %), and in the end one date in 19 is wrong."
        ),
        model={"context": "mean"},
        weaknesses=(
            "Where it errs, digits have mostly changed places, as a mean does not say where each of them stood: May 8, "
            "1286 becomes 1286-08-05, and now and then the year suffers too.",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-no-peepholes",
        base="dates",
        kind="no-peepholes",
        title="no peepholes",
        summary="""\
The model `dates` without peepholes (`peephole = none`): its gates see the input and the hidden state and not the cell,
as in the LSTM of most libraries.""",
        findings="Its answers are as right: it does not need peepholes for dates.",
        model={"peephole": "none"},
        weaknesses=(
            "Where its attention misses the field, it is mostly for the 20 before a year of two digits, which stands "
            "nowhere.",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-diagonal",
        base="dates",
        kind="diagonal",
        title="diagonal peepholes",
        summary="""\
The model `dates` with diagonal peepholes (`peephole = diagonal`): each unit's gates see the cell of that unit and of no
other, the original form (Gers, Schraudolph & Schmidhuber 2002).""",
        findings="Its answers are nearly as right as with full matrices.",
        model={"peephole": "diagonal"},
        weaknesses=(
            "Where its attention misses the field, it is mostly for the 20 before a year of two digits, which stands "
            "nowhere.",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-forward",
        base="dates",
        kind="one-direction",
        title="one direction",
        summary="""\
The model `dates` with an encoder that reads from left to right only (`bidirectional = False`). Its one direction has
104 units where `dates` has two of 64, which gives the whole model about as many parameters (1.5 % more). A character's
state does not know what comes after it.""",
        findings=(
            "Its answers are nearly as right, but its attention looks where what comes after a character is known: for "
            "every third digit that it copies, one or two characters late."
        ),
        model={"bidirectional": False, "encoder_hidden": 104},
        weaknesses=(
            "For every third digit that it copies its attention looks one or two characters late, where the state "
            "knows the digit and what follows it; of the months that is more than half.",
            "Korean numbers in words end where it cannot know it yet: 이십일, the 20th, becomes the 21st (이십일일).",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-forcing-0",
        base="dates",
        kind="forcing-0",
        title="teacher forcing 0 %",
        summary="""\
The model `dates`, trained without teacher forcing (`forcing_start = 0`): in training, too, every step of the decoder
was fed the character that the model itself had just written, right or wrong.""",
        findings=(
            "After 200 updates it writes 9 % of the dates exactly, where `dates` writes 43 %; in the end its answers "
            "are as right."
        ),
        train={"forcing_start": 0.0},
        weaknesses=(
            "Where its attention misses the field, it is for the 20 before a year of two digits, which stands nowhere.",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-forcing-50",
        base="dates",
        kind="forcing-50",
        title="teacher forcing 50 %",
        summary="""\
The model `dates`, trained with half the teacher forcing (`forcing_start = 0.5`): for every step of the decoder chance
decided whether it was fed the right character or the one that the model had just written (scheduled sampling at a
constant ratio; Bengio et al. 2015).""",
        findings="Its answers are as right, and its attention looks into the right field nearly as often.",
        train={"forcing_start": 0.5},
        weaknesses=(
            "Where its attention misses the field, it is mostly for the 20 before a year of two digits, which stands "
            "nowhere.",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-gru",
        base="dates",
        kind="gru",
        title="GRU cells",
        summary="""\
The model `dates` of gated recurrent units (Cho et al. 2014) instead of LSTM cells with peepholes, in the encoder and in
the decoder. A GRU has three blocks of weights and no cell state; at the same widths it has 37 % fewer
parameters.""",
        findings=(
            "It learns faster (72 % of the dates exact after 200 updates, where `dates` has 43 %), and in the end its "
            "answers are as right."
        ),
        model={"cell": "gru", "peephole": "none"},
        weaknesses=(
            "For one month in ten and one day in six the attention of the first digit misses the field, mostly for a 0 "
            "before a one-digit number, which stands nowhere.",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-rnn",
        base="dates",
        kind="rnn",
        title="plain recurrent cells",
        summary="""\
The model `dates` of plain recurrent cells (Elman 1990) instead of LSTM cells with peepholes, in the encoder and in the
decoder: h_t = tanh(W_x x_t + W_h h_{t-1} + b), without gates and without a cell state. At the same widths it has 66 %
fewer parameters.""",
        findings=(
            "It learns faster (82 % of the dates exact after 200 updates, where `dates` has 43 %), and in the end its "
            "answers are nearly as right: with attention nothing has to be kept for long, so dates do not show what a "
            "plain cell cannot do."
        ),
        model={"cell": "rnn", "peephole": "none"},
        weaknesses=(
            "Where its attention misses the field, it is mostly for the 20 before a year of two digits, which stands "
            "nowhere.",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-dot",
        base="dates",
        kind="dot",
        title="dot attention",
        summary="""\
The model `dates` with the dot product s · h as its score (Luong, Pham & Manning 2015). The two have to be of one size,
so the widths had to change with it: 48 units in each direction of the encoder and 96 in the decoder, where `dates` has
64 throughout; there are about as many parameters (2.4 % more), and the bridge is a learned one as there.""",
        findings=(
            "Its answers are nearly as right, and its attention is sharper (an entropy of 0.47 nats, where `dates` has "
            "0.75). It leaves between two and three times as much weight on the end mark."
        ),
        model={"attention": "dot", "encoder_hidden": 48, "decoder_hidden": 96, "bridge": "learned"},
        weaknesses=(
            "It leaves 4 % of its weight on the end mark.",
            "For one month in fifteen the attention of the first digit misses the field, mostly for a 0 before a "
            "one-digit number, which stands nowhere.",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-general",
        base="dates",
        kind="general",
        title="general attention",
        summary="""\
The model `dates` with the score s · W h (general; Luong, Pham & Manning 2015) instead of the additive one; 2.2 % fewer
parameters.""",
        findings=(
            "Its answers are nearly as right, and its attention is the sharpest of the family (an entropy of 0.23 "
            "nats, where `dates` has 0.75)."
        ),
        model={"attention": "general"},
        weaknesses=(
            "For three months in ten and one day in four the attention of the first digit misses the field, mostly for "
            "a 0 before a one-digit number, which stands nowhere.",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-sink",
        base="dates",
        kind="usual",
        title="usual start",
        summary="""\
The model `dates` with one setting changed: its encoder starts the usual way (forget bias 1, orthogonal recurrent
matrices), so that from the start every state carries much of the text around it. Its name is of a time when the pairs
had fewer forms, no times and no numbers in words: then it hardly mattered which state was read, chance decided, and of
six seeds three looked elsewhere than where the answer stands (62, 63 and 19 % of the characters in the right field
after 800 updates). With the pairs as they are now, the one seed that was trained does not.""",
        findings=(
            "It learns later (after 200 updates it writes 0.4 % of the dates exactly, where `dates` writes 43 %). In "
            "the end its answers are nearly as right, and its attention looks into the right field a little less often."
        ),
        model={"encoder_init": "usual"},
        weaknesses=(
            "For two days in nine and one month in thirteen the attention of the first digit misses the field, mostly "
            "for a 0 before a one-digit number, which stands nowhere.",
            *DATES_LIMITS,
        ),
    ),
)
