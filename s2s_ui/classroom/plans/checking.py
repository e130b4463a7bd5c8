"""Check that this server can show all places of a plan: it has the models, they can read the texts, the steps exist."""

from s2s_core.errors import CheckpointError, S2SError, UnknownName
from s2s_ui.classroom.commands import Lesson
from s2s_ui.classroom.followed import followed
from s2s_ui.classroom.plans import Plan, PlanStep
from s2s_ui.classroom.plans.problems import PlanProblem
from s2s_ui.locales import SOURCE_LANGUAGE
from s2s_ui.session import caches
from s2s_ui.session.pages import PAGES


def check(plan: Plan, lesson: Lesson) -> None:
    """Check every place of a plan.

    Raises:
        PlanProblem: at the first one that cannot be shown.
    """
    for number, step in enumerate(plan.steps, 1):
        if PAGES[step.page].reads:
            _check_trace(step, number)
        wish = step.wish or {}
        if wish.get("kind") == "lesson" and lesson(step.link, wish.get("second") is True, SOURCE_LANGUAGE) is None:
            raise PlanProblem("chapter", number)


def _check_trace(step: PlanStep, number: int) -> None:
    for model in filter(None, (step.link.get("model"), step.link.get("other"))):
        try:
            caches.described(model)
        except (UnknownName, CheckpointError):
            raise PlanProblem("model", number, model=model, known=", ".join(caches.models())) from None
        except S2SError:
            raise PlanProblem("text", number, model=model) from None
    shown = followed(step.link)
    model = step.link.get("model", caches.default())
    if shown is None:
        raise PlanProblem("text", number, model=model)
    trace = shown.trace
    outputs = len(trace.tgt_tokens)
    last = len(trace.src_tokens) + outputs
    if step.at is not None and not 1 <= int(step.at.partition(".")[0]) <= last:
        raise PlanProblem("at", number, value=step.at, most=last)
    wish = step.wish or {}
    if isinstance(output := wish.get("output"), int) and output > outputs:
        raise PlanProblem("output", number, value=output, most=outputs)
    if wish.get("kind") == "where" and trace.attention is None:
        raise PlanProblem("attention", number, model=model)
