"""Somebody else's vocabulary: its tokens are in another order, and its special tokens have other names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from s2s_core.adapters.assembly import Order
from s2s_core.described import described
from s2s_core.errors import AdapterError, shown
from s2s_core.tokenizer import SPECIALS

ROLES = ("pad", "bos", "eos", "unk")  # in the order of our ids 0 to 3
_SPELT = {
    "pad": ("pad", "blank"),
    "bos": ("s", "sos", "bos", "start", "go"),
    "eos": ("/s", "eos", "end"),
    "unk": ("unk", "oov", "unknown"),
}
_BARE = ("PAD", "SOS", "BOS", "EOS", "UNK")  # without brackets; "end" and "GO" are left out, because they may be words
MOST = 1 << 20

Vocabulary = Sequence[str] | Mapping[str, int] | Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of one side by the other model's ids, and which ids are special."""

    side: str
    tokens: tuple[str, ...]
    special: Mapping[str, int]  # role -> id

    __repr__ = described

    @property
    def order(self) -> Order:
        """The other model's id of each of our ids: the four special tokens, then all others in their order."""
        ordinary = [id for id in range(len(self.tokens)) if id not in self.special.values()]
        return (*(self.special.get(role) for role in ROLES), *ordinary)

    @property
    def ordinary(self) -> tuple[str, ...]:
        """The tokens of our ids from 4 up, each once, for our tokenizer.

        An empty token, or one that is spelt like our special tokens, gets a name that nobody can type as one token.
        """
        tokens = [self.tokens[id] for id in self.order[len(ROLES) :] if id is not None]
        return tuple(f"{token} (ordinary)" if not token or token in SPECIALS else token for token in tokens)

    def require(self, role: str, what: str) -> int:
        """The id of a special token.

        Raises:
            AdapterError: if the vocabulary has none.
        """
        if role not in self.special:
            example = {"bos": "<s>, <sos> or SOS", "eos": "</s>, <eos> or EOS"}[role]
            raise AdapterError(
                f"the {self.side} vocabulary has no {what} that is known here, such as {example}: name it, or its id, "
                f"in specials={{{role!r}: ...}}"
            )
        return self.special[role]


def words(side: str, given: object, specials: Mapping[str, object] | None = None) -> Words:
    """The vocabulary that the caller gives: a list of tokens, or a mapping from tokens to ids or from ids to tokens.

    Args:
        side: "source" or "target", for error messages.
        given: a list of tokens, ``word2index``, or ``index2word``.
        specials: the tokens or ids of "pad", "bos", "eos" and "unk" that cannot be recognised by their spelling; or
            one such mapping for "source" and one for "target".

    Raises:
        AdapterError: if a token or an id comes twice, or a special token is missing.
    """
    tokens = _tokens(side, given)
    _require_names(specials)
    if specials and specials.keys() <= {"source", "target"}:
        own: Any = specials.get(side)
        specials = own
        _require_names(specials)
    if unknown := sorted(map(str, (specials or {}).keys() - set(ROLES))):
        raise AdapterError(f"specials has {shown(', '.join(unknown))}, must have names of {', '.join(ROLES)} alone")
    special = {}
    for role in ROLES:
        if (specials or {}).get(role) is not None:
            special[role] = _named(side, role, (specials or {})[role], tokens)
        elif (found := _spelt(role, tokens)) is not None:
            special[role] = found
    named = {special[role] for role in special if (specials or {}).get(role) is not None}
    special = {role: id for role, id in special.items() if id not in named or (specials or {}).get(role) is not None}
    last = max(special.values(), default=-1)
    for id in range(max([last, *tokens]) + 1):
        tokens.setdefault(id, f"<id {id}>")
    for role, id in special.items():
        others = [other for other, place in special.items() if place == id and other != role]
        if others:
            raise AdapterError(f"the {side} vocabulary has id {id} as {role} and as {others[0]}: they must differ")
    every = [tokens[id] for id in range(len(tokens))]
    places: dict[str, int] = {}
    for id, token in enumerate(every):
        if token in places and id not in special.values():
            raise AdapterError(
                f"the {side} vocabulary has {shown(repr(token))} twice, as {places[token]} and as {id}: nobody can "
                "tell which of the two a text means"
            )
        if id not in special.values():
            places[token] = id
    return Words(side, tuple(every), special)


def _require_names(specials: object) -> None:
    if specials is not None and not isinstance(specials, Mapping):
        raise AdapterError(f"specials is {shown(repr(specials))}, must be a mapping such as {{'bos': '<go>'}}")


def _tokens(side: str, given: object) -> dict[int, str]:
    """Tokens by id."""
    if isinstance(given, Mapping) and given:
        pairs = (
            [(id, token) for token, id in given.items()] if isinstance(next(iter(given)), str) else list(given.items())
        )
    elif isinstance(given, Sequence) and not isinstance(given, str | bytes) and given:
        pairs = list(enumerate(given))
    else:
        raise AdapterError(
            f"the {side} vocabulary is {shown(repr(given))}, must be a list of tokens in the order of their ids, or a "
            "mapping between tokens and ids"
        )
    found: dict[int, str] = {}
    for id, token in pairs:
        if type(id) is not int or not 0 <= id < MOST or not isinstance(token, str):
            raise AdapterError(
                f"the {side} vocabulary has {shown(repr(token))} with the id {shown(repr(id))}: a token is a text, and "
                f"its id a whole number from 0 to {MOST - 1:,}"
            )
        if id in found:
            raise AdapterError(
                f"the {side} vocabulary has the id {id} twice, for {shown(repr(found[id]))} and {shown(repr(token))}"
            )
        found[id] = token
    return found


def _named(side: str, role: str, given: object, tokens: Mapping[int, str]) -> int:
    if type(given) is int and 0 <= given < MOST:
        return given
    for id, token in tokens.items():
        if token == given:
            return id
    raise AdapterError(f"specials has {shown(repr(given))} as {role}, which the {side} vocabulary does not have")


def _spelt(role: str, tokens: Mapping[int, str]) -> int | None:
    """The first token that is spelt as such a special one."""
    for id in sorted(tokens):
        token = tokens[id]
        framed = token[:1] + token[-1:] in ("<>", "[]") or token in _BARE
        if framed and token.strip("<>[]").lower() in _SPELT[role]:
            return id
    return None
