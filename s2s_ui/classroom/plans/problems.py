"""The errors of a plan. Each is one sentence: where, what is wrong, and what would work."""

from typing import Any

from s2s_ui.locales import N_, Translate

BEFORE = N_("Above the first step")
AT = N_("Step {step}")

SENTENCES = {
    "size": N_("The file has more than {most} kB, and a plan may have no more: shorten its notes."),
    "encoding": N_("The file is not text in UTF-8: save it as UTF-8."),
    "syntax": N_("The file is not TOML (line {line}): look at the quotation marks and brackets there."),
    "no steps": N_("The plan has no steps: write [[steps]] on a line of its own before each of them."),
    "many": N_("The plan has {count} steps and may have {most}: make two plans of it."),
    "key": N_("{where}: there is no “{name}”. What can stand here: {known}."),
    "missing": N_("{where}: “{name}” is missing. Write, for example: {example}"),
    "type": N_("{where}: “{name}” is not of the right kind. Write, for example: {example}"),
    "long": N_("{where}: “{name}” has {length} characters and may have {most}: shorten it."),
    "minutes": N_("{where}: “minutes” is {value}. Write a number above 0, at most {most}."),
    "language": N_("{where}: the language “{value}” is not known. Known are: {known}."),
    "address": N_("{where}: the link “{link}” is no place of the app. Write, for example: {example}"),
    "parameter": N_("{where}: the link says {name}={value}, which means nothing here. Copy the link once more."),
    "kind": N_("{where}: there is no question “{kind}”. The kinds are: {known}."),
    "choices": N_("{where}: the question has {count} different choices. Write 2 to {most} of them."),
    "right": N_("{where}: “right” is {value}. It is one of: {known}."),
    "page": N_("{where}: the question “{kind}” needs another page. Let the link begin with: {example}"),
    "model": N_("{where}: there is no model “{model}” here. There are: {known}."),
    "text": N_("{where}: the model {model} cannot read the text of the link. Shorten the text, or change it."),
    "at": N_("{where}: the link says step={value}, and the last one is {most}. Copy the link once more."),
    "output": N_("{where}: the question is about output {value}, and there are {most}: write one of these."),
    "attention": N_("{where}: the model {model} has no attention, so it looks nowhere. Choose another one."),
    "chapter": N_("{where}: this chapter of the lesson has no such question. Choose another chapter."),
}  # fmt: skip
"""The kinds of problems and their sentences."""


class PlanProblem(ValueError):
    """An error in a plan. `step` counts from 1; 0 is before the first step, None is the whole file."""

    def __init__(self, kind: str, step: int | None = None, /, **facts: Any) -> None:
        self.kind, self.step, self.facts = kind, step, facts
        super().__init__(self.sentence(str))

    def sentence(self, _: Translate) -> str:
        """The sentence in the language of a translation."""
        where = "" if self.step is None else _(AT).format(step=self.step) if self.step else _(BEFORE)
        return _(SENTENCES[self.kind]).format(where=where, **self.facts)
