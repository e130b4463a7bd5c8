"""How the rows of a file were used: the numbers that are trained on, held out, or left out, and the reasons."""

from dataclasses import dataclass

from s2s_core.described import described

FEW = 500
"""With fewer training pairs, a network learns the pairs by heart and does not generalise."""

# The reasons to leave out a row, in the order in which they are checked: the sentence for one row, and for several
REASONS: dict[str, tuple[str, str]] = {
    "too_long": (
        "{count} row is longer than {limit} characters.",
        "{count} rows are longer than {limit} characters.",
    ),
    "unknown": ("{count} row holds unknown characters.", "{count} rows hold unknown characters."),
    "empty": ("{count} row has an empty side.", "{count} rows have an empty side."),
    "repeated": ("{count} row stands there before.", "{count} rows stand there before."),
    "answered": (
        "{count} row would tell an answer that is held out for another source.",
        "{count} rows would tell answers that are held out for other sources.",
    ),
}
KEPT = "{train} pairs to train on, {dev} to validate on, {test} to score at the end."
JOINED = (
    "{count} more target of a held-out source counts as right.",
    "{count} more targets of held-out sources count as right.",
)
COMMENTS = ("{count} line of comment is skipped.", "{count} lines of comment are skipped.")
COLUMNS = "Source: column {source}, target: column {target}."
NUMBERS = "Columns of row numbers are not read: {columns}."
EXPECT = (
    "So few pairs are memorised, not learnt: expect right answers on training pairs and hardly any on unseen ones. "
    "Some thousands would do."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How the rows of a file were used: as a pair of one of the three splits, as a further target, or left out."""

    rows: int  # without header and comments
    train: int
    dev: int  # sources
    test: int  # sources
    joined: int = 0  # further targets of the sources of dev and test
    too_long: int = 0
    unknown: int = 0
    empty: int = 0
    repeated: int = 0
    answered: int = 0
    comments: int = 0
    limit: int = 0  # characters of a side
    columns: tuple[str, str] = ("1", "2")  # of source and target, as the header or their numbers have them
    numbers: tuple[str, ...] = ()  # columns that hold row numbers

    __repr__ = described

    @property
    def left_out(self) -> dict[str, int]:
        """The number of rows left out for each reason; reasons without rows are missing."""
        return {reason: count for reason in REASONS if (count := getattr(self, reason))}

    @property
    def few(self) -> bool:
        """Whether there are so few training pairs that the network will learn them by heart."""
        return self.train < FEW

    def sentences(self) -> list[str]:
        """All numbers in English, one sentence each."""
        said = [COLUMNS.format(source=self.columns[0], target=self.columns[1])]
        if self.numbers:
            said.append(NUMBERS.format(columns=", ".join(self.numbers)))
        said.append(KEPT.format(train=f"{self.train:,}", dev=f"{self.dev:,}", test=f"{self.test:,}"))
        if self.joined:
            said.append(_counted(JOINED, self.joined))
        said += [_counted(REASONS[reason], count, self.limit) for reason, count in self.left_out.items()]
        if self.comments:
            said.append(_counted(COMMENTS, self.comments))
        return [*said, EXPECT] if self.few else said


def _counted(forms: tuple[str, str], count: int, limit: int = 0) -> str:
    return forms[count != 1].format(count=f"{count:,}", limit=f"{limit:,}")
