"""Make a question from a text: which step, which token, and which other token to compare with."""

from collections.abc import Sequence

from s2s_core import arguments
from s2s_core.attribution.inputs import Question
from s2s_core.edits import Edit
from s2s_core.errors import InvalidConfig, UnknownName, quoted
from s2s_core.seq2seq import Seq2Seq
from s2s_core.tokenizer import BOS, Encoding

Token = str | int


def question(
    net: Seq2Seq,
    source: Encoding,
    written: Sequence[int],
    *,
    step: int,
    token: Token | None,
    rather: Token | None,
    edit: Edit | None,
    vocabulary: Sequence[str],
) -> Question:
    """The question about one step of an output.

    Args:
        net: the network.
        source: the text's tokens, with the marks that the network reads.
        written: the ids of the output; those before the step are fed.
        step: from 0; -1 is the last one.
        token: the token to explain, by id or as it is printed; None: the one written at this step.
        rather: another token to compare with, by id or as it is printed; None: no comparison.
        edit: an intervention that is applied in every run.
        vocabulary: the output tokens by id.

    Raises:
        InvalidConfig: if the output has no such step, or if both tokens are the same.
        UnknownName: for a token that the model cannot write.
    """
    step = arguments.whole("step", step, -len(written), len(written) - 1) % len(written)
    asked = written[step] if token is None else _id("token", token, vocabulary)
    other = None if rather is None else _id("rather", rather, vocabulary)
    if other == asked:
        raise InvalidConfig(f"rather is {quoted(vocabulary[asked])}, must be another token than the one asked about")
    return Question(net, source.ids, (BOS, *written[:step]), asked, other, edit)


def _id(name: str, token: Token, vocabulary: Sequence[str]) -> int:
    if not isinstance(token, str):
        return arguments.whole(name, token, 0, len(vocabulary) - 1)
    if token not in vocabulary:
        raise UnknownName(f"{name}, a token of the output,", quoted(token), tuple(vocabulary[:20]))
    return list(vocabulary).index(token)
