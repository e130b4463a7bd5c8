"""Held-out pairs by rule: what a model makes of cases that were chosen, not drawn."""

from s2s_core.tasks import Task
from s2s_core.translator import Translator

HEADER = ("rule", "held out", "exact %")

Rules = dict[str, tuple[int, float]]
"""Of each rule the pairs, and how many of them are answered exactly, in percent; empty for a task without rules."""


def by_rule(translator: Translator, task: Task) -> Rules:
    """Ask for all held-out pairs of the task's rules, by greedy decoding; what it cannot read counts as wrong."""
    pairs = task.by_rule()
    if not pairs:
        return {}
    texts = [pair.source for pair in pairs if translator.reads(pair.source)]
    said = dict(zip(texts, translator.translate(texts), strict=True))
    found, groups = task.score(pairs, [said.get(pair.source, "") for pair in pairs]), [pair.group for pair in pairs]
    return {group: (groups.count(group), found[f"exact/{group}"]) for group in dict.fromkeys(groups)}
