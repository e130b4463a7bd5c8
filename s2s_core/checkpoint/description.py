"""The description of a checkpoint, config.json: every field is checked before it is used."""

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
    """The name and the facts of a checkpoint's model, and its configuration."""

    info: ModelInfo
    config: ModelConfig

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Content:
    """The content of config.json."""

    title: str
    task: str
    examples: tuple[str, ...]
    tokenizers: Mapping[str, str]  # side -> name
    config: ModelConfig

    __repr__ = described


def to_json(translator: Translator) -> dict[str, Any]:
    """The JSON that `from_bytes` reads. A title becomes one line, because menus and terminals show it."""
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
        Unreadable: if a field is missing or has the wrong type, or if a text or a size is far too large.
        InvalidConfig, UnknownName: if the model's configuration is invalid or a name is unknown.
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
            raise Unreadable(f"describes a network whose {name} is {quoted(value)}, which the weights do not fit")
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
