"""What a checkpoint says of itself: config.json, whose every field is checked before anybody relies on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from s2s_core import foreign
from s2s_core.checkpoint.weights import MOST_NUMBERS
from s2s_core.config import ModelConfig
from s2s_core.described import described
from s2s_core.errors import quoted
from s2s_core.foreign import Unreadable
from s2s_core.registry import TOKENIZERS
from s2s_core.translator import ModelInfo, Translator

SIDES = ("source", "target")
MOST_BYTES = 1 << 20

_LONGEST_LINE = 1000  # characters of a title
_MOST_EXAMPLES = 1000
_LONGEST_EXAMPLE = 10_000
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Description:
    """What a checkpoint says of itself."""

    info: ModelInfo
    config: ModelConfig

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Content:
    """config.json."""

    title: str
    task: str
    examples: tuple[str, ...]
    tokenizers: Mapping[str, str]  # side -> name
    config: ModelConfig

    __repr__ = described


def to_json(translator: Translator) -> dict[str, Any]:
    """What `from_bytes` reads back. A title becomes one line: it stands in menus and in terminals."""
    tokenizers = {"source": translator.src_tokenizer, "target": translator.tgt_tokenizer}
    return {
        "title": _CONTROLS.sub(" ", translator.info.title)[:_LONGEST_LINE],
        "task": translator.info.task,
        "examples": list(translator.info.examples),
        "tokenizers": {side: tokenizer.name for side, tokenizer in tokenizers.items()},
        "model": translator.net.config.to_json(),
    }


def from_bytes(content: bytes) -> Content:
    """The content of config.json.

    Raises:
        Unreadable: where a field is missing or of another type, or a text out of all proportion.
        InvalidConfig, UnknownName: where the model's configuration or a tokenizer's name means nothing here.
    """
    data = foreign.record(
        foreign.plain_data(content),
        {
            "title": _is_line,
            "task": _is_line,
            "examples": foreign.list_of(_is_example),
            "tokenizers": lambda value: isinstance(value, dict) and all(map(foreign.is_text, value.values())),
            "model": lambda value: isinstance(value, dict),
        },
    )
    if len(data["examples"]) > _MOST_EXAMPLES:
        raise Unreadable(f"has {len(data['examples']):,} examples, where at most {_MOST_EXAMPLES:,} are read")
    if data["tokenizers"].keys() != set(SIDES):
        raise Unreadable(
            f"has tokenizers for {quoted(sorted(data['tokenizers']))}, which should be {' and '.join(SIDES)}"
        )
    for name in data["tokenizers"].values():
        TOKENIZERS[name]
    config = ModelConfig.from_json(data["model"])
    for name, value in config.to_json().items():
        if isinstance(value, int) and value > MOST_NUMBERS:
            raise Unreadable(f"describes a network whose {name} is {quoted(value)}, and the weights are not as large")
    return Content(
        title=data["title"],
        task=data["task"],
        examples=tuple(data["examples"]),
        tokenizers=data["tokenizers"],
        config=config,
    )


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_LINE and not _CONTROLS.search(value)


def _is_example(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_EXAMPLE
