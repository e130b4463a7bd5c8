"""The progress of a training as bytes (compressed JSON), for the screens of other replicas. Nothing is unpickled.

An error keeps its class and its facts, so another replica can show it in its reader's language.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from s2s_core.errors import S2SError
from s2s_core.tasks import Count
from s2s_core.training import ProbeAttention, Sample
from s2s_ui.workshop.progress import Progress


def packed(progress: Progress) -> bytes:
    """A progress as bytes: about 20 kB for 1,000 updates."""
    probe, count, problem = progress.probe, progress.count, progress.problem
    data = {field.name: getattr(progress, field.name) for field in fields(progress)} | {
        "scores": [(step, loss, dict(scores)) for step, loss, scores in progress.scores],
        "samples": [asdict(sample) for sample in progress.samples],
        "known": [asdict(sample) for sample in progress.known],
        "probe": None if probe is None else asdict(probe) | {"weights": probe.weights.tolist()},
        "count": None if count is None else asdict(count),
        "problem": None if problem is None else _error(problem),
    }
    return zlib.compress(json.dumps(data, default=str).encode(), 1)


def unpacked(content: bytes) -> Progress | None:
    """The progress that `packed` wrote; None if another version wrote it and it cannot be read."""
    try:
        return _progress(json.loads(zlib.decompress(content)))
    except (zlib.error, ValueError, KeyError, TypeError, RecursionError):
        return None


def _progress(data: Mapping[str, Any]) -> Progress:
    probe, count = data["probe"], data["count"]
    told = {
        "losses": tuple((step, loss) for step, loss in data["losses"]),
        "scores": tuple((step, loss, scores) for step, loss, scores in data["scores"]),
        "samples": tuple(Sample(**sample) for sample in data["samples"]),
        "known": tuple(Sample(**sample) for sample in data["known"]),
        "probe": None if probe is None else ProbeAttention(**_tuples(probe) | {"weights": _weights(probe)}),
        "count": None if count is None else Count(**_tuples(count)),
        "problem": None if data["problem"] is None else _told(data["problem"]),
    }
    return Progress(**{**data, **told})


def _weights(probe: Mapping[str, Any]) -> np.ndarray:
    return np.array(probe["weights"], dtype=np.float32)


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _tuple(value) for name, value in data.items()}


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _error(error: BaseException) -> dict[str, Any]:
    """An error by the name of its class, its facts, its sentence, and the error of ours that caused it."""
    cause = error.__cause__
    return {
        "kind": type(error).__name__,
        "facts": error.args,
        "sentence": str(error),
        "cause": _error(cause) if isinstance(cause, S2SError) else None,
    }


def _told(data: Mapping[str, Any]) -> S2SError:
    """The error; if its class is unknown or takes other facts, an S2SError with the same sentence."""
    kind = next((kind for kind in _kinds(S2SError) if kind.__name__ == data["kind"]), None)
    try:
        error = kind(*map(_tuple, data["facts"])) if kind else None
        same = error is not None and str(error) == data["sentence"]
    except (TypeError, ValueError, LookupError, AttributeError):
        same = False
    told = error if error is not None and same else S2SError(data["sentence"])
    told.__cause__ = None if data["cause"] is None else _told(data["cause"])
    return told


def _kinds(kind: type[S2SError]) -> list[type[S2SError]]:
    return [kind, *(below for each in kind.__subclasses__() for below in _kinds(each))]
