"""Scores of texts: exact match, BLEU, chrF, error rates; all in percent."""

from collections.abc import Sequence


def exact_match(outputs: Sequence[str], references: Sequence[str]) -> float:
    """Share of outputs that are their reference, character for character."""
    _check(outputs, references)
    hits = sum(output == reference for output, reference in zip(outputs, references, strict=True))
    return 100.0 * hits / len(references)


def _check(outputs: Sequence[str], references: Sequence[str]) -> None:
    if len(outputs) != len(references) or not references:
        counts = f"{len(outputs)} outputs for {len(references)} references"
        raise ValueError(f"nothing to score: {counts}" if not references else f"{counts}: expected as many")
