"""The chapters: why, then the nine parts of the machine, each with what is set on the stage and the code behind it."""

from collections.abc import Callable
from dataclasses import dataclass

from s2s_core.attention import AdditiveAttention, Attention, LastContext
from s2s_core.cells import LSTMCell
from s2s_core.decoder import Decoder, free_running, mixed, teacher_forced
from s2s_core.encoder import Encoder
from s2s_core.seq2seq import Seq2Seq
from s2s_core.translator import Translator
from s2s_ui.lesson import questions
from s2s_ui.lesson.questions import Ask
from s2s_ui.locales import N_
from s2s_ui.session.request import Request, Runs

DATE = "March 8, 2025"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One part of the subject; its words are translated where they are shown."""

    title: str
    paragraphs: tuple[str, ...]
    request: Request
    at: Callable[[Runs], str]  # the step that the stage is set to, as the address has it
    ask: Ask
    until: Callable[[Runs], str] | None = None  # the same as long as nobody has answered, where it would tell
    page: str = ""  # where the full screen is: "" is Watch
    options: Callable[[Runs], dict[str, str]] = lambda runs: {}  # what is chosen there besides
    code: tuple[Callable[..., object], ...] = ()


def _reading(position: int) -> Callable[[Runs], str]:
    """A step of the encoder, counted from 1."""
    return lambda runs: str(position)


def _writing(step: int, part: str = "") -> Callable[[Runs], str]:
    """A step of the decoder, counted from 0; from the end where it is negative."""

    def at(runs: Runs) -> str:
        steps = len(runs.shown.tgt_tokens)
        return f"{len(runs.shown.src_tokens) + 1 + step % steps}{part}"

    return at


CHAPTERS = (
    Chapter(
        title=N_("Why one sequence into another"),
        paragraphs=(
            N_(
                "A translation, a date in another notation, the sound of a written word: one sequence becomes "
                "another. The two differ in length, and what comes first in one may come last in the other. So a "
                "network that answers token by token, as it reads, will not do."
            ),
            N_(
                "A sequence-to-sequence network works in two halves. An **encoder** reads the source to its end and"
                " keeps what it read as numbers; a **decoder** writes the output from them, one token after the "
                "other (Sutskever, Vinyals & Le 2014; Cho et al. 2014). Play the stage: the first of its steps "
                "read, the others write."
            ),
        ),
        request=Request("dates", DATE),
        at=_writing(-1),
        ask=questions.lengths,
        until=_reading(1),
    ),
    Chapter(
        title=N_("The cell"),
        paragraphs=(
            N_(
                "A recurrent cell reads one token a step and hands two vectors on to its next step: the cell state "
                "c, its memory, and the hidden state h, what it shows of it. Gates between 0 and 1 decide: f how "
                "much of the old memory is kept (1), i how much of the candidate c̃ is let in (2), (3), and o how "
                "much is shown (5), (6)."
            ),
            N_(
                "The memory is a sum, $c_t = f \\odot c_{t-1} + i \\odot \\tilde{c}_t$ (4), so what a gate near 1 "
                "keeps comes through many steps unharmed. **Peepholes** let the gates look at the memory itself: f "
                "and i at the old one, o at the new one, which is why (4) comes before (5) (Gers, Schraudolph & "
                "Schmidhuber 2002)."
            ),
        ),
        request=Request("dates-forward", DATE),
        at=lambda runs: str(questions.keeping_place(runs)[0] + 1),
        ask=questions.keeping,
        page="gates",
        options=questions.kept_unit,
        code=(LSTMCell.step,),
    ),
    Chapter(
        title=N_("The encoder"),
        paragraphs=(
            N_(
                "The encoder is that cell, applied to one token after the other: $h_t = f(x_t, h_{t-1})$ (7). The "
                "same weights serve every place, so a sentence may be as long as it likes."
            ),
            N_(
                "A state $h_t$ has read all tokens up to the t-th and none after it. What it still knows of the "
                "first ones had to pass through every step in between."
            ),
        ),
        request=Request("dates-forward", DATE),
        at=_reading(3),
        ask=questions.reading,
        code=(Encoder.steps,),
    ),
    Chapter(
        title=N_("The context vector"),
        paragraphs=(
            N_(
                "The decoder has to learn what was read. The oldest way is to hand over one vector, the encoder's "
                "last state: $c = h_T$ (8). All that the source said has to fit into it, and of a long source the "
                "beginning fades. Means and maxima of all states are other ways; they too give every step the same "
                "c."
            ),
            N_("The model on the stage is built like that: it has no attention."),
        ),
        request=Request("dates-last", DATE),
        at=_writing(0),
        ask=questions.squeezing,
        page="compare",
        code=(LastContext.prepare,),
    ),
    Chapter(
        title=N_("The decoder"),
        paragraphs=(
            N_(
                "The decoder is a cell as well. A step reads the token that was written before, y, and the context "
                "c, next to its own last state s; from y, s and c a layer makes a score for each token of the "
                "vocabulary, and the softmax turns the scores into probabilities, which sum to 1 (12)."
            ),
            N_("The most probable token is written and fed to the next step: the network hears itself."),
        ),
        request=Request("dates", DATE),
        at=_writing(0, ".5"),
        ask=questions.beginning,
        code=(Decoder.step,),
    ),
    Chapter(
        title=N_("Different lengths"),
        paragraphs=(
            N_(
                "$p(Y|X) = \\prod_t p(y_t \\mid y_1 \\dots y_{t-1}, c)$ (16): an output is as probable as all its "
                "tokens are, each after those before it. It may have any length. It is over when the model writes "
                "its end mark, a token like any other."
            ),
            N_("A program stops after a greatest number of steps besides, in case the model never ends."),
        ),
        request=Request("dates", DATE),
        at=_writing(-1),
        ask=questions.ending,
        code=(Translator.score,),
    ),
    Chapter(
        title=N_("Training"),
        paragraphs=(
            N_(
                "Training makes the right outputs of many pairs more probable: $\\theta^* = \\arg\\max_\\theta "
                "\\frac{1}{N} \\sum \\log p(Y|X)$ (17). For each token the loss is −log p of the right one: a sure "
                "right answer costs nothing, a sure wrong one much. The gradient of the sum goes back through every"
                " step, gates and all."
            ),
            N_(
                "Some pairs are held out. Only on pairs that it has never seen does a score say whether the model "
                "learnt the rule or the examples. On the full screen you can train one yourself."
            ),
        ),
        request=Request("dates", DATE, forced=True, slip=True),
        at=lambda runs: _writing(questions.parting(runs))(runs),
        ask=questions.costing,
        page="train",
        code=(Seq2Seq.loss,),
    ),
    Chapter(
        title=N_("Attention"),
        paragraphs=(
            N_(
                "Instead of one context for all steps, attention makes one for each. The decoder's last state is "
                "scored against every encoder state, $e_{ij} = a(s_{i-1}, h_j)$ (13); the softmax makes weights of "
                "the scores, which sum to 1 (14); the context is the sum of the states by these weights, $c_i = "
                "\\sum_j \\alpha_{ij} h_j$ (15) (Bahdanau, Cho & Bengio 2015)."
            ),
            N_(
                "Nobody told the model where to look. It learnt to, because looking in the right place makes the "
                "right token more probable. The weights show where it looks, not why."
            ),
        ),
        request=Request("dates", DATE),
        at=_writing(questions.LOOKING_STEP, ".2"),
        ask=questions.looking,
        until=_writing(questions.LOOKING_STEP - 1),
        page="attention",
        code=(Attention.forward, AdditiveAttention.score),
    ),
    Chapter(
        title=N_("Teacher forcing"),
        paragraphs=(
            N_(
                "While it is trained, a decoder is fed the reference's tokens and not its own (18): every step "
                "learns from a right past, and none has to wait for what another wrote. That is teacher forcing "
                "(Williams & Zipser 1989)."
            ),
            N_(
                "When it is used there is no reference. It is fed what it wrote, and one wrong token may lead to "
                "more: exposure bias. A ratio between 0 and 1 feeds it some of both (Bengio et al. 2015)."
            ),
        ),
        request=Request("dates", DATE, forced=True, slip=True),
        at=lambda runs: _writing(questions.parting(runs) + 1)(runs),
        ask=questions.forcing,
        until=lambda runs: _writing(questions.parting(runs))(runs),
        page="forcing",
        code=(teacher_forced, free_running, mixed),
    ),
    Chapter(
        title=N_("Both directions"),
        paragraphs=(
            N_(
                "What a token means may depend on what comes after it. So two encoders read, one from left to "
                "right, →h (9), and one from right to left, ←h (10). The state of a token is both side by side, h ="
                " [→h ; ←h] (11), twice as many numbers (Schuster & Paliwal 1997)."
            ),
            N_(
                "Korean shows what it is good for: 국물 is written with 국 and said with 궁, because of the sound that "
                "follows."
            ),
        ),
        request=Request("ko-pronounce", "국물"),
        at=_reading(3),
        ask=questions.seeing_ahead,
        page="directions",
        code=(Encoder.summarise,),
    ),
)
