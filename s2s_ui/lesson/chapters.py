"""The chapters: the opening, the nine parts of the network, and two ways to explain its output; each with its stage."""

from s2s_core.attention import AdditiveAttention, Attention, LastContext
from s2s_core.attribution.methods import drop, integrated
from s2s_core.cells import LSTMCell
from s2s_core.decoder import Decoder, free_running, mixed, teacher_forced
from s2s_core.encoder import Encoder
from s2s_core.gradients.paths import cell_paths
from s2s_core.seq2seq import Seq2Seq
from s2s_core.translator import Translator
from s2s_ui.lesson import questions, reasons, which
from s2s_ui.lesson.chapter import Chapter, reading, writing
from s2s_ui.locales import N_
from s2s_ui.session.request import Request

DATE = "March 8, 2025"
KEPT = "25 December 2025"  # one unit keeps its cell state through "ecemb"
UNSURE = "March 8"  # no year, which every training pair has

READING = ("source", "forward")
HANDING = (*READING, "context", "output")
WRITING = (*HANDING, "decoder")
LOOKING = (*WRITING, "attention")
ALL = (*LOOKING, "backward", "joined")
"""All lanes of the stage. They are introduced step by step: a chapter also shows the lanes of earlier chapters."""

CHAPTERS = (
    Chapter(
        title=N_("Why one sequence into another"),
        paragraphs=(
            N_(
                "“March 8, 2025” becomes “2025-03-08”; an English sentence becomes a French one; a written word "
                "becomes its sound. One sequence goes in, another comes out. They need not be equally long, and what "
                "stands last in one may come first in the other: here the year. A network that answers token by token "
                "while it reads has to fail."
            ),
            N_(
                "So the work is split. An **encoder** reads to the end and keeps what it read as a row of numbers. A "
                "**decoder** writes from these numbers, one token after the other (Sutskever, Vinyals & Le 2014; Cho "
                "et al. 2014). Both boxes are closed for now. Each chapter opens them a little more."
            ),
        ),
        todo=N_("Press Space. At which step does the first character come out?"),
        request=Request("dates", DATE),
        lanes=("closed",),
        at=writing(-1),
        ask=questions.lengths,
        until=reading(1),
    ),
    Chapter(
        title=N_("The cell"),
        paragraphs=(
            N_(
                "A recurrent cell reads one token a step and hands two rows of numbers on: the **cell state** c, its "
                "memory, and the **hidden state** h, what it shows of it. Three gates between 0 and 1 are in charge: f "
                "says how much of the old memory stays (1), i how much of the candidate c̃ gets in (2), (3), and o how "
                "much is shown (5), (6)."
            ),
            N_(
                "So the memory is a sum: $c_t = f \\odot c_{t-1} + i \\odot \\tilde{c}_t$ (4). While f stays near 1, a "
                "number survives many steps. The dotted wires are **peepholes**: through them the gates see the "
                "memory itself, f and i the old one, o the new one (Gers, Schraudolph & Schmidhuber 2002)."
            ),
        ),
        todo=N_("Keep your eyes on the framed unit and press → : its f, its i and its c change."),
        request=Request("dates-forward", KEPT),
        lanes=READING,
        at=lambda runs: str(questions.keeping_place(runs)[0] + 1),
        ask=questions.keeping,
        then=which.letting_go,
        unit=lambda runs: questions.keeping_place(runs)[1],
        marked=lambda runs: {"source": [questions.keeping_place(runs)[0]]},
        page="gates",
        options=questions.kept_unit,
        code=(LSTMCell.step,),
    ),
    Chapter(
        title=N_("The encoder"),
        paragraphs=(
            N_(
                "The encoder is this one cell, used again and again: $h_t = f(x_t, h_{t-1})$ (7). The same weights "
                "serve at every place, so a text may have any length."
            ),
            N_(
                "Each small field in the lane “forward” is one state h, drawn as 48 of its numbers: blue below zero, "
                "red above. The t-th one has read the tokens up to the t-th and none after it. And what it still knows "
                "of the first one had to pass through every step in between."
            ),
        ),
        todo=N_("Press → a few times: one more field is filled at each step, and none changes afterwards."),
        request=Request("dates-forward", DATE),
        lanes=READING,
        at=reading(3),
        ask=questions.reading,
        then=which.moving_first,
        marked=lambda runs: {"source": [2]},
        code=(Encoder.steps,),
    ),
    Chapter(
        title=N_("The context vector"),
        paragraphs=(
            N_(
                "The decoder has to learn what was read. The oldest way is to hand over one vector, the encoder's "
                "last state: $c = h_T$ (8). Everything that the source said has to fit into these few numbers, and "
                "the longer the text is, the more of its beginning fades. One may also take the mean or the maximum of "
                "all states; then, too, every step of the output gets the same c."
            ),
            N_("The model on the stage is built like this. Nothing but c joins the two halves."),
        ),
        todo=N_("Press → to the end and compare the fields of the lane “context” with each other."),
        request=Request("dates-last", DATE),
        lanes=HANDING,
        at=writing(0),
        ask=questions.squeezing,
        marked=lambda runs: {"source": [len(runs.shown.src_tokens) - 1]},
        page="compare",
        options=questions.with_attention,
        code=(LastContext.prepare,),
    ),
    Chapter(
        title=N_("The decoder"),
        paragraphs=(
            N_(
                "The decoder is a cell as well. At each step it takes the token that was written before, y, the "
                "context c, and its own last state s. From y, s and c a layer computes a score for each token that it "
                "knows, and the softmax turns the scores into probabilities that sum to 1 (12). The five largest "
                "stand on the stage."
            ),
            N_(
                "The most probable token is written and fed to the next step: the network hears itself. Here the text "
                "has no year, and every pair that it learnt from has one. Watch it hesitate, and make one up."
            ),
        ),
        todo=N_("Press → to the end: the surer it is, the longer the bar."),
        request=Request("dates-last", UNSURE),
        lanes=(*WRITING, "candidates"),
        at=writing(0, ".5"),
        ask=questions.beginning,
        then=which.least_sure,
        code=(Decoder.step,),
    ),
    Chapter(
        title=N_("Different lengths"),
        paragraphs=(
            N_(
                "How probable is a whole output? As probable as all its tokens together, each after those before it: "
                "$p(Y|X) = \\prod_t p(y_t \\mid y_1 \\dots y_{t-1}, c)$ (16). The rule is the same for two tokens and "
                "for two hundred, so an output may have any length."
            ),
            N_(
                "Nobody counts. The output is over when the model writes its **end mark**, a token like any other, "
                "with a probability like any other. A program only cuts it off after very many steps, in case the "
                "model never ends."
            ),
        ),
        todo=N_("Press ← and → at the end: how probable is “end” one character too early?"),
        request=Request("dates-last", DATE),
        lanes=(*WRITING, "candidates"),
        at=writing(-1),
        ask=questions.ending,
        marked=lambda runs: {"output": [len(runs.shown.tgt_tokens) - 1]},
        code=(Translator.score,),
    ),
    Chapter(
        title=N_("Training"),
        paragraphs=(
            N_(
                "How does a network come to its weights? By making the right outputs of many pairs more probable: "
                "$\\theta^* = \\arg\\max_\\theta \\frac{1}{N} \\sum \\log p(Y|X)$ (17). For each token the **loss** is "
                "−log p of the right one: a sure right answer costs nothing, a sure wrong one costs much. Then each "
                "weight moves a little to where the sum gets smaller, thousands of times."
            ),
            N_(
                "Some pairs are held out. Only they say whether the model learnt the rule or the examples. On the "
                "stage the row y* pretends that the right answer has one other character."
            ),
        ),
        todo=N_("Find the character in the row y* that the model does not predict, and its loss below."),
        request=Request("dates-last", DATE, forced=True, slip=True),
        lanes=WRITING,
        at=lambda runs: writing(questions.parting(runs))(runs),
        ask=questions.costing,
        marked=lambda runs: {"output": [questions.parting(runs)]},
        code=(Seq2Seq.loss,),
    ),
    Chapter(
        title=N_("Attention"),
        paragraphs=(
            N_(
                "One vector for a whole text is a narrow door. **Attention** makes a new context for each step. The "
                "decoder's last state is scored against every encoder state, $e_{ij} = a(s_{i-1}, h_j)$ (13). The "
                "softmax turns the scores into weights that sum to 1 (14). The context is the sum of the states by "
                "these weights, $c_i = \\sum_j \\alpha_{ij} h_j$ (15) (Bahdanau, Cho & Bengio 2015)."
            ),
            N_(
                "Nobody told the model where to look. It learnt to, because looking in the right place makes the right "
                "token more probable. The weights show where it looks, not why."
            ),
        ),
        todo=N_("Hover or tap a row of the grid: its strands show where that step looked."),
        request=Request("dates", DATE),
        lanes=LOOKING,
        at=writing(questions.LOOKING_STEP, ".2"),
        ask=which.looking,
        until=writing(questions.LOOKING_STEP - 1),
        marked=lambda runs: {"output": [questions.LOOKING_STEP]},
        page="attention",
        options=lambda runs: {"output": str(questions.LOOKING_STEP)},
        code=(Attention.forward, AdditiveAttention.score),
    ),
    Chapter(
        title=N_("Teacher forcing"),
        paragraphs=(
            N_(
                "While it is trained, a decoder is not fed what it wrote itself but the token of the reference (18). "
                "So every step learns from a right past, and one early slip does not spoil the rest of the lesson. "
                "That is **teacher forcing** (Williams & Zipser 1989)."
            ),
            N_(
                "In use there is no reference. The decoder is fed its own output, and one wrong token may lead to more "
                "of them: **exposure bias**. A ratio between 0 and 1 feeds it some of both (Bengio et al. 2015)."
            ),
        ),
        todo=N_("Answer first. Then look at the row y*: the token in the box is what this step was fed."),
        request=Request("dates", DATE, forced=True, slip=True),
        lanes=LOOKING,
        at=lambda runs: writing(questions.parting(runs) + 1)(runs),
        ask=questions.forcing,
        until=lambda runs: writing(questions.parting(runs))(runs),
        marked=lambda runs: {"output": [questions.parting(runs)]},
        beside=True,
        page="forcing",
        code=(teacher_forced, free_running, mixed),
    ),
    Chapter(
        title=N_("Both directions"),
        paragraphs=(
            N_(
                "So far the stage has hidden something: a second encoder, which reads from right to left. What a token "
                "means may depend on what comes after it, so one reads →h (9) and the other ←h (10), and the state of "
                "a token is both side by side, h = [→h ; ←h] (11), twice as many numbers (Schuster & Paliwal 1997)."
            ),
            N_(
                "Korean shows what it is good for. 국물 (soup) is written with 국 and said with 궁, because of the "
                "sound that follows. Who reads from the left alone cannot know it yet."
            ),
        ),
        todo=N_("Press Home, then → : the two readers start at opposite ends and meet."),
        request=Request("ko-pronounce", "국물"),
        lanes=ALL,
        at=reading(3),
        ask=which.seeing_ahead,
        marked=lambda runs: {"source": questions.first_syllable(runs)},
        page="directions",
        options=questions.replaced_syllable,
        code=(Encoder.summarise,),
    ),
    Chapter(
        title=N_("Asking why"),
        paragraphs=(
            N_(
                "α (14) says where the model looks. Is that the reason for what it writes? One can ask in other ways. "
                "**Occlusion** takes a token out and sees how far log p falls. **Gradients** ask how fast it changes "
                "with each embedding, and **integrated gradients** add that up all the way from an empty text "
                "(Sundararajan, Taly & Yan 2017)."
            ),
            N_(
                "They need not agree: whether attention explains is disputed (Jain & Wallace 2019; Wiegreffe & Pinter "
                "2019). There is a test. Take away first what a method calls important. The sooner p falls, the better "
                "it knew."
            ),
        ),
        todo=N_("Look where most of α lies at this step. Then answer, and open the full screen."),
        request=Request("dates", DATE),
        lanes=ALL,
        at=writing(reasons.STEP, ".2"),
        ask=reasons.taking_out,
        marked=lambda runs: {"output": [reasons.STEP]},
        page="why",
        options=lambda runs: {"output": str(reasons.STEP)},
        code=(drop, integrated),
    ),
    Chapter(
        title=N_("The way back"),
        paragraphs=(
            N_(
                "How does a weight know where to move? The loss is followed back: from the output down through the "
                "decoder, along the strands of the attention, through both directions. What arrives at a state is its "
                "**gradient**: how much the loss would change if that state were a little larger "
                "(backpropagation through time; Werbos 1990)."
            ),
            N_(
                "A plain cell multiplies by its weights at every step, so over a long way the gradient vanishes or "
                "explodes. The cell state (4) is a sum: along it the gradient is multiplied by f alone, and by what "
                "the peepholes add (Hochreiter & Schmidhuber 1997). Attention (15) is a short cut: it leads from an "
                "output straight to the states it looks at."
            ),
        ),
        todo=N_("Answer first. Then open the screen Gradient, and move its slider over the outputs."),
        request=Request("dates", DATE),
        lanes=ALL,
        at=writing(questions.LOOKING_STEP),
        ask=questions.vanishing,
        marked=lambda runs: {"output": [questions.LOOKING_STEP]},
        page="gradient",
        options=lambda runs: {"cell": "forward", "output": str(questions.LOOKING_STEP)},
        code=(cell_paths,),
    ),
)
