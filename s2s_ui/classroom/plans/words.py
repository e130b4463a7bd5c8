"""Every word that the bar says about a plan."""

from s2s_ui.classroom.plans.problems import SENTENCES
from s2s_ui.locales import Translate

ENCODING = SENTENCES["encoding"]


def plan_words(_: Translate) -> dict[str, str]:
    """The words by the names under which plan.js and its parts ask for them."""
    return {
        "plan": _("Plan"),
        "plan_what": _(
            "A plan leads the class through links and questions, one after the other. The key N goes on: to the next "
            "step, to its question, to the answers. Shift + N goes one step back."
        ),
        "plan_en": "From one vector to attention (50 min, EN)",
        "plan_ko": "벡터 하나에서 어텐션까지 (50분, KO)",
        "plan_file": _("A plan of your own (TOML)"),
        "plan_begin": _("Begin"),
        "plan_next": _("Next"),
        "plan_back": _("One step back"),
        "plan_over": _("The plan is over"),
        "plan_hint": _("The note and all steps"),
        "note": _("Show the note"),
        "note_hide": _("Hide the note"),
        "plan_asks": _("N asks: {question}"),
        "plan_total": _("{minutes} minutes in all"),
        "plan_share": _("Save the plan"),
        "plan_leave": _("Go on without the plan"),
        "plan_refused": _("This cannot be done now. Go to another step, or load the plan again."),
        "plan_encoding": _(ENCODING),
        "minutes": _("{minutes} min"),
        "course": _("Course so far (TOML)"),
        "course_hint": _("Where the class has been and what it was asked, as a plan that can be loaded again"),
        "ask_lesson": _("The chapter's question"),
        "ask_lesson_second": _("Its second question"),
        "right_answer": _("the right answer"),
    }
