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
        findings="It learns more slowly than `dates` and makes a few mistakes.",
        model={"context": "last"},
        weaknesses=(
            "Where it errs, the year is right and digits of month and day have changed places: Samstag, 15. Mar 1958 "
            "becomes 1958-05-13.",
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
        findings="It makes a few mistakes.",
        model={"context": "mean"},
        weaknesses=(
            "Where it errs, digits have changed places, as a mean does not say where each of them stood: 21.12.1803 "
            "becomes 1803-12-12, and now and then the year suffers too.",
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
            "For one month in nine and one day in five the attention of the first digit misses the field, mostly for "
            "a 0 before a one-digit number, which stands nowhere.",
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
        findings="Its answers are as right as with full matrices.",
        model={"peephole": "diagonal"},
        weaknesses=(
            "For one month and one day in fourteen the attention of the first digit misses the field, mostly for a 0 "
            "before a one-digit number, which stands nowhere.",
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
            "Its answers are as right, but its attention often looks where what comes after a character is known."
        ),
        model={"bidirectional": False, "encoder_hidden": 104},
        weaknesses=(
            "For every fifth digit that it copies its attention looks one character late, where the state knows the "
            "digit and what follows it.",
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
            "After 200 updates it writes 21 % of the dates exactly, where `dates` writes 55 %; in the end its answers "
            "are as right."
        ),
        train={"forcing_start": 0.0},
        weaknesses=(
            "For nearly every fourth day the attention of the first digit misses the field, mostly for a 0 before a "
            "one-digit number, which stands nowhere.",
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
        findings="Its answers are as right, and its attention misses the field less often.",
        train={"forcing_start": 0.5},
        weaknesses=(
            "For one month in 24 and one day in 48 the attention of the first digit misses the field, mostly for a 0 "
            "before a one-digit number, which stands nowhere.",
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
            "It learns faster (91 % of the dates exact after 200 updates, where `dates` has 55 %), and in the end its "
            "answers are as right."
        ),
        model={"cell": "gru", "peephole": "none"},
        weaknesses=(
            "For one month in eight and two days in nine the attention of the first digit misses the field, mostly "
            "for a 0 before a one-digit number, which stands nowhere.",
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
            "It learns faster (96 % of the dates exact after 200 updates, where `dates` has 55 %), and in the end its "
            "answers are as right: with attention nothing has to be kept for long, so dates do not show what a plain "
            "cell cannot do."
        ),
        model={"cell": "rnn", "peephole": "none"},
        weaknesses=(
            "For one digit in thirty, in Korean dates one in fifteen, its attention misses the right field.",
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
            "Its answers are as right, and its attention is sharper (an entropy of 0.46 nats, where `dates` has "
            "0.86). It leaves twelve times as much weight on the end mark."
        ),
        model={"attention": "dot", "encoder_hidden": 48, "decoder_hidden": 96, "bridge": "learned"},
        weaknesses=(
            "It leaves 3.5 % of its weight on the end mark.",
            "For one month in twelve the attention of the first digit misses the field, mostly for a 0 before a "
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
            "Its answers are as right, and its attention is the sharpest of the family (an entropy of 0.15 nats, "
            "where `dates` has 0.86). It leaves twenty times as much weight on the end mark."
        ),
        model={"attention": "general"},
        weaknesses=(
            "It leaves nearly 6 % of its weight on the end mark.",
            "For one day in eleven the attention of the first digit misses the field, mostly for a 0 before a "
            "one-digit number, which stands nowhere.",
            *DATES_LIMITS,
        ),
    ),
    Variation(
        name="dates-sink",
        base="dates",
        kind="sink",
        title="attention astray",
        summary="""\
The model `dates` with one setting changed: its encoder starts the usual way (forget bias 1, orthogonal recurrent
matrices). It gives the same answers, but its attention does not point to where they stand. Every encoder state carries
much of the sentence from the start, so it hardly matters which one is read, and chance decides: of six seeds three
strayed (62, 63 and 19 % of the characters looked into the right field after 800 updates) and three did not (96, 97 and
95 %). This is the seed that strayed furthest, trained for longer. A specimen of a model that is right for reasons its
attention does not show.""",
        model={"encoder_init": "usual"},
        train={"seed": 5, "steps": 3000},
        weaknesses=(
            "Its attention does not explain its answers, and that is what it is for: nine in ten digits of month and "
            "day are written while it looks at the first digit of the year.",
            *DATES_LIMITS,
        ),
    ),
)
