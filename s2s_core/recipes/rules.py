"""Score a model on held-out pairs that were chosen, not drawn: each shows one rule of the task."""

from s2s_core.tasks import Task
from s2s_core.translator import Translator

HEADER = ("rule", "held out", "exact %")

Rules = dict[str, tuple[int, float]]
"""Rule -> number of pairs, percent of them answered exactly; empty for a task without rules."""


def by_rule(translator: Translator, task: Task) -> Rules:
    """Score greedy decoding on all held-out pairs of the task's rules. A pair that is too long counts as wrong."""
    pairs = task.by_rule()
    if not pairs:
        return {}
    texts = [pair.source for pair in pairs if translator.reads(pair.source)]
    said = dict(zip(texts, translator.translate(texts), strict=True))
    found, groups = task.score(pairs, [said.get(pair.source, "") for pair in pairs]), [pair.group for pair in pairs]
    return {group: (groups.count(group), found[f"exact/{group}"]) for group in dict.fromkeys(groups)}
