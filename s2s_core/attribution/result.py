"""The result of an attribution: one row per method, with numbers for the source tokens and the fed tokens."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Float

from s2s_core.attribution.inputs import Question
from s2s_core.described import described
from s2s_core.errors import UnknownName, shown


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """The numbers of one method.

    For attention: the weights, 0 to 1, and none for fed tokens. For all other methods: nats of the explained value;
    above 0 the input supports the token, below 0 it works against it. nan if the method gives no number.
    """

    method: str  # a name of METHODS
    source: Float[np.ndarray, " src_len"]
    fed: Float[np.ndarray, " fed_len"] | None

    __repr__ = described


@dataclass(frozen=True, eq=False)
class Attribution:
    """Why a model wrote one token: see `Translator.attribute`."""

    text: str
    step: int  # from 0
    token: str
    rather: str | None
    src_tokens: tuple[str, ...]  # with the marks that the model reads
    src_marks: tuple[bool, ...]  # which of them are marks
    fed_tokens: tuple[str, ...]  # the start mark and the output before this step
    log_prob: float  # of the token
    value: float  # the explained value in nats: log p(token), or log p(token) - log p(rather)
    baseline: str  # the baseline of integrated gradients
    baseline_value: float  # the explained value with every input replaced by the baseline
    rows: tuple[Row, ...]
    question: Question  # for further tests: see `s2s_core.attribution.faithfulness`

    __repr__ = described

    def row(self, method: str) -> Row:
        """The row of a method.

        Raises:
            UnknownName: if there is no such row, such as attention of a model without it, or "drop" if the edit changes
                single positions.
        """
        for row in self.rows:
            if row.method == method:
                return row
        raise UnknownName("method", shown(method), tuple(row.method for row in self.rows))

    @cached_property
    def gap(self) -> float:
        """The error of integrated gradients in nats: their sum minus (value - baseline_value), which should be 0."""
        row = self.row("integrated")
        fed = row.fed if row.fed is not None else np.zeros(0)
        return float(row.source.sum() + fed.sum() - (self.value - self.baseline_value))

    def to_frame(self) -> pd.DataFrame:
        """A tidy frame: one row for each method and input, with part ("source" or "fed"), position, token and value."""
        rows = [
            {"method": row.method, "part": part, "position": place, "token": token, "value": float(value)}
            for row in self.rows
            for part, tokens, values in (("source", self.src_tokens, row.source), ("fed", self.fed_tokens, row.fed))
            if values is not None
            for place, (token, value) in enumerate(zip(tokens, values, strict=True))
        ]
        return pd.DataFrame(rows, columns=["method", "part", "position", "token", "value"])
