"""The last chapter: a small model that the reader trains on the page Train, shown here on the stage."""

from s2s_ui.lesson import questions, which
from s2s_ui.lesson.chapter import Chapter
from s2s_ui.lesson.chapters import ALL, CHAPTERS
from s2s_ui.lesson.questions import Question
from s2s_ui.lesson.speech import _
from s2s_ui.locales import N_
from s2s_ui.panels import known_trainings
from s2s_ui.session import caches
from s2s_ui.session.request import Request, Runs
from s2s_ui.workshop import Training

NUMBER = len(CHAPTERS)
TITLE = N_("A model of your own")
PARAGRAPHS = (
    N_(
        "Everything so far was learnt by others. Now train one: a small network that writes letters backwards. It has "
        "32 units in each direction and learns for a few minutes, here on this server. The order is ready on the page "
        "**Train**: press the black button there, and watch the loss fall."
    ),
    N_(
        "Guess first: how will its attention run across the grid? When it is done, come back to this page. Your own "
        "model then stands on the stage, with its own numbers."
    ),
)
DONE = (
    N_(
        "Here it stands: the network that you have trained, with weights that nobody has had before. Nobody told it "
        "how to turn a word round. It saw pairs, and each weight moved to where the right letters became more probable."
    ),
    N_(
        "Walk through its output. If it has learnt well, its attention runs backwards through the word: the last "
        "letter comes first. Below its numbers on the page **Train** a slider shows how that came about."
    ),
)
NEXT = N_("Go to Train, press the black button, and come back when it says that it is done.")
ORDER = {"new_task": "reverse", "new_size": "32", "new_steps": "1000"}
"""The settings of the training, as options of the page Train."""


SHOWN = "dates"
"""The model whose training is shown until the reader has one."""


def training() -> Training | None:
    """The training in the link, if this server has it; showing it here counts as opening it."""
    return known_trainings.current()


def chapter() -> Chapter | None:
    """The chapter with the reader's model on its stage; None if there is none yet."""
    found = training()
    if found is None or found.progress.status != "finished":
        return None
    name = found.order.name
    return Chapter(
        title=TITLE,
        paragraphs=DONE,
        todo=N_("Press → from the first output on: where does your model look, step by step?"),
        request=Request(name, caches.example(name)),
        lanes=ALL,
        at=lambda runs: f"{len(runs.shown.src_tokens) + 1}.2",
        ask=asked,
        until=lambda runs: str(len(runs.shown.src_tokens)),
    )


def asked(runs: Runs) -> Question:
    """The question: where the attention is first; for a model without attention, how long the output is."""
    trace = runs.shown
    if trace.attention is None:
        return questions.lengths(runs)
    words = _("Your model has read {text} and is about to write its first token. Where will it look most?")
    return which.looking_from(trace, 0, words.format(text=questions.quoted(trace.text)))
