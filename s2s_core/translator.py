"""A model with its tokenizers: text in, text out. `s2s_core.load` returns it, and training makes it.

All sessions and threads of a server share a translator, so nothing here or in its modules changes after construction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch

from s2s_core import arguments, attribution
from s2s_core.attribution import Attribution
from s2s_core.attribution.asking import Token, question
from s2s_core.batch import Batch
from s2s_core.described import described
from s2s_core.edits import Edit
from s2s_core.errors import EmptyText, InvalidConfig, TextTooLong, quoted
from s2s_core.gradients import Gradients, Run, run_forward, trace_back
from s2s_core.pair import Pair
from s2s_core.patching import Patching, Side, patch
from s2s_core.records import Hypothesis
from s2s_core.registry import TASKS
from s2s_core.remark import Remark
from s2s_core.remarks import joined, remarks
from s2s_core.search import Beam, Greedy, Sample, SearchResult
from s2s_core.seq2seq import Seq2Seq
from s2s_core.tokenizer import BOS, EOS, Encoding, Tokenizer
from s2s_core.trace import Trace
from s2s_core.tracing import Origin, framed, trace

BATCH = 64


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A description of a model for people."""

    name: str = ""
    title: str = ""  # "Date → ISO"
    task: str = ""
    examples: tuple[str, ...] = ()
    fingerprint: str = ""  # of the checkpoint it came from

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Score:
    """log p(Y|X), (16), and its terms, one for each token."""

    tokens: tuple[str, ...]  # of the reference, with the end mark
    token_log_probs: tuple[float, ...]

    __repr__ = described

    @property
    def log_prob(self) -> float:
        return sum(self.token_log_probs)


@dataclass(frozen=True, slots=True)
class Answer:
    """The outputs of a model for one text, and the remarks about them."""

    text: str
    output: str
    remarks: tuple[Remark, ...]
    hypotheses: tuple[Hypothesis, ...]  # best first; the first one is the output

    __repr__ = described


@dataclass(frozen=True, eq=False)
class Translator:
    """A network with the tokenizers of both sides and its description.

    Raises:
        InvalidConfig: if a tokenizer has another number of tokens than the network.
    """

    net: Seq2Seq
    src_tokenizer: Tokenizer
    tgt_tokenizer: Tokenizer
    info: ModelInfo = field(default_factory=ModelInfo)

    __repr__ = described

    def __post_init__(self) -> None:
        config = self.net.config
        sides = (
            ("source", self.src_tokenizer, config.src_vocab_size),
            ("target", self.tgt_tokenizer, config.tgt_vocab_size),
        )
        for side, tokenizer, size in sides:
            if tokenizer.vocab_size != size:
                raise InvalidConfig(
                    f"the {side} tokenizer has {tokenizer.vocab_size} tokens, and the network has {size} there: "
                    "take the tokenizer that it was trained with"
                )
        self.net.eval()

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The output tokens by id, as a picture prints them."""
        return tuple(self.tgt_tokenizer.token(token) for token in range(self.tgt_tokenizer.vocab_size))

    def encode(self, text: str) -> Encoding:
        """The source text as tokens, checked.

        Raises:
            EmptyText: if there is nothing but white space and invisible characters.
            TextTooLong: if it has more tokens than the model's max_src_len.
            InvalidConfig: if it is not a text. All methods with a text raise this.
        """
        text = arguments.text("text", text)
        return self.src_tokenizer.read(text, self.net.config.max_src_len)

    def encode_reference(self, text: str) -> Encoding:
        """The reference text as tokens, checked like `encode`, against max_tgt_len."""
        text = arguments.text("reference", text)
        return self.tgt_tokenizer.read(text, self.net.config.max_tgt_len - 1)

    def reads(self, text: str) -> bool:
        """Whether a source text can be encoded: neither empty nor too long."""
        try:
            self.encode(text)
        except (EmptyText, TextTooLong):
            return False
        return True

    def takes(self, pair: Pair) -> bool:
        """Whether both sides of a pair can be encoded."""
        if not isinstance(pair, Pair):
            raise InvalidConfig(f"pair is {quoted(pair)}, must be a Pair of two texts")
        try:
            self.encode_reference(pair.target)
        except (EmptyText, TextTooLong):
            return False
        return self.reads(pair.source)

    def source_batch(self, texts: Sequence[str]) -> Batch:
        """The batch of one or more texts, with the start and end marks that the model reads."""
        texts = arguments.texts("texts", texts)
        if not texts:
            raise InvalidConfig("texts is empty, must have at least one text")
        return Batch.of([self.net.source_ids(self.encode(text).ids) for text in texts], device=self.net.device)

    def remarks(self, text: str, *, reference: str | None = None) -> tuple[Remark, ...]:
        """The remarks about a text, and a reference, for this model: see `s2s_core.remarks`.

        Raises:
            EmptyText, TextTooLong: for the text or the reference.
        """
        return self._with_rules(remarks(self._read(text, reference)), text)

    def remarks_on(self, trace: Trace) -> tuple[Remark, ...]:
        """The remarks about the text, the reference and the output of a trace of this model."""
        if not isinstance(trace, Trace):
            raise InvalidConfig(f"trace is {quoted(trace)}, must be a Trace of this model")
        ended = trace.reference is not None or trace.tgt_ids[-1] == EOS
        said = remarks(self._read(trace.text, trace.reference), written=len(trace.tgt_ids), ended=ended)
        own = ended and trace.reference is None and not trace.edits  # the model's own output
        output = self.tgt_tokenizer.decode(trace.tgt_ids) if own else None
        return self._with_rules(said, trace.text, output)

    def _with_rules(self, said: tuple[Remark, ...], text: str, output: str | None = None) -> tuple[Remark, ...]:
        """The remarks, then those of the model's task, if this program has the task."""
        task = self.info.task
        return joined(said, TASKS[task]().remarks(text, output) if task in TASKS else ())

    def _read(self, text: str, reference: str | None) -> Iterator[tuple[str, Encoding, Tokenizer]]:
        yield text, self.encode(text), self.src_tokenizer
        if reference is not None:
            yield reference, self.encode_reference(reference), self.tgt_tokenizer

    def trace(
        self,
        text: str,
        *,
        reference: str | None = None,
        teacher_forcing: float = 1.0,
        seed: int = 0,
        edit: Edit | None = None,
        max_len: int | None = None,
    ) -> Trace:
        """Everything that the model computes for one text: free running, or with a reference (18).

        Args:
            text: the source, as typed.
            reference: the right output; there is a step for each of its tokens, and one for the end mark.
            teacher_forcing: the probability that a step is fed the reference's token, not the model's own; it has no
                effect without a reference.
            seed: the seed of these random choices.
            edit: an intervention, see `s2s_core.edits`.
            max_len: the most output steps without a reference; None: the model's max_tgt_len.

        Raises:
            EmptyText, TextTooLong: for the text or the reference.
            InvalidConfig: if the ratio is outside 0..1, or the seed or the length is not valid.
        """
        return trace(
            self.net,
            self.encode(text),
            None if reference is None else self.encode_reference(reference),
            origin=Origin(
                tokenizer=self.tgt_tokenizer,
                model=self.info.name,
                fingerprint=self.info.fingerprint,
                vocabulary=self.vocabulary,
            ),
            text=text,
            reference_text=reference,
            teacher_forcing=teacher_forcing,
            seed=seed,
            edit=edit,
            max_len=max_len,
        )

    def translate(
        self, texts: Sequence[str], *, beam_size: int = 1, length_penalty: float = 0.0, max_len: int | None = None
    ) -> list[str]:
        """The best output for each text, in batches of similar length; beam 1 is greedy.

        Under `torch.autocast`, matrix products for several texts use its dtype: faster, but an output may differ.

        Raises:
            EmptyText, TextTooLong: for any of the texts.
            InvalidConfig: for a single text instead of a list, or if another argument is out of range.
        """
        texts = arguments.texts("texts", texts)
        search = Beam(beam_size, length_penalty)
        return [self._output(result) for result in self._results(search, texts, max_len)]

    def answers(
        self,
        texts: Sequence[str],
        *,
        beam_size: int = 1,
        length_penalty: float = 0.0,
        n_best: int = 1,
        max_len: int | None = None,
    ) -> list[Answer]:
        """Like `translate`, but each output comes with its ``n_best`` hypotheses and with remarks.

        Raises:
            EmptyText, TextTooLong, InvalidConfig: as `translate`.
        """
        texts = arguments.texts("texts", texts)
        results = self._results(Beam(beam_size, length_penalty, n_best), texts, max_len)
        return [self._answer(text, result) for text, result in zip(texts, results, strict=True)]

    def _answer(self, text: str, result: SearchResult) -> Answer:
        best = result.hypotheses[0]
        output = self._output(result)
        said = remarks(self._read(text, None), written=len(best.ids), ended=best.finished)
        said = self._with_rules(said, text, output if best.finished else None)
        return Answer(text, output, said, result.hypotheses)

    def _output(self, result: SearchResult) -> str:
        return self.tgt_tokenizer.decode(result.hypotheses[0].ids)

    def _results(self, beam: Beam, texts: Sequence[str], max_len: int | None) -> list[SearchResult]:
        """The search result for each text; beam 1 uses greedy search, which is faster."""
        search = Greedy() if beam.beam_size == 1 else beam
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        results = [SearchResult(())] * len(texts)
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            for row, result in zip(rows, self._search(search, [texts[r] for r in rows], max_len), strict=True):
                results[row] = result
        return results

    def search(
        self,
        text: str,
        *,
        beam_size: int = 5,
        length_penalty: float = 0.0,
        n_best: int | None = None,
        max_len: int | None = None,
        edit: Edit | None = None,
    ) -> SearchResult:
        """Beam search over one text: its ``n_best`` hypotheses (default: the whole beam) and the whole tree.

        Raises:
            EmptyText, TextTooLong, InvalidConfig: as `translate`.
            DataError: for an edit that does not fit the model.
        """
        beam = Beam(beam_size, length_penalty, beam_size if n_best is None else n_best)
        with torch.inference_mode():
            return beam(self.net, self.source_batch([text]), max_len=max_len, edit=edit)[0]

    def sample(
        self, text: str, *, temperature: float = 1.0, top_k: int | None = None, top_p: float = 1.0, seed: int = 0
    ) -> str:
        """One output, with each token drawn at random from the model's distribution.

        Raises:
            EmptyText, TextTooLong, InvalidConfig: as `translate`.
        """
        search = Sample(temperature=temperature, top_k=top_k, top_p=top_p, seed=seed)
        return self.tgt_tokenizer.decode(self._search(search, [text], None)[0].hypotheses[0].ids)

    def score(self, text: str, reference: str) -> Score:
        """log p(reference | text), (16), teacher forced.

        Raises:
            EmptyText, TextTooLong: for the text or the reference.
        """
        target = self.encode_reference(reference)
        source = self.source_batch([text])
        with torch.inference_mode():
            both = Batch.of([source.src[0].tolist()], [list(target.ids)], device=self.net.device)
            log_probs = torch.log_softmax(self.net.logits(both).float(), dim=-1)
            terms = log_probs.gather(2, both.tgt_out.unsqueeze(2)).flatten()
        return Score((*target.tokens, self.tgt_tokenizer.token(EOS)), tuple(terms.tolist()))

    def attribute(
        self,
        text: str,
        *,
        step: int = 0,
        token: Token | None = None,
        rather: Token | None = None,
        reference: str | None = None,
        methods: Sequence[str] | None = None,
        baseline: str = "zero",
        points: int = attribution.POINTS,
        edit: Edit | None = None,
    ) -> Attribution:
        """Why one output token: how much each source token and each fed token supports it, by several methods.

        Args:
            text: the source, as typed.
            step: the output step, from 0; -1 is the last.
            token: the token to explain, as printed or by id; None: the one written at this step.
            rather: explain why it is ``token`` rather than this one: the difference of their log-probabilities.
            reference: the output that is fed up to this step; None: the model's own.
            methods: names of `s2s_core.attribution.METHODS`; None: all that the model has.
            baseline: where integrated gradients begin, one of `s2s_core.attribution.BASELINES`.
            points: the number of points of their integral; `Attribution.gap` is their error.
            edit: explain the run with this intervention, which is also applied when tokens are removed. Numbers that
                an edit puts in depend on no input. If it changes single positions, there is no row of "drop", which
                moves them.

        Raises:
            EmptyText, TextTooLong: for the text or the reference.
            DataError: for an edit that does not fit the model.
            UnknownName: for an unknown token, method or baseline.
            InvalidConfig: for a step that the output does not have.
        """
        source, written = self._forced(text, reference)
        if edit is not None:
            edited = self.trace(text, reference=reference, edit=edit)
            written = edited.tgt_ids if reference is None else written
        asked = question(
            self.net, source, written, step=step, token=token, rather=rather, edit=edit, vocabulary=self.vocabulary
        )
        return attribution.attribute(
            asked,
            source=source,
            text=text,
            step=len(asked.fed) - 1,
            names=self.tgt_tokenizer.token,
            methods=methods,
            baseline=baseline,
            points=points,
        )

    def patch(
        self,
        receiver: str,
        donor: str,
        *,
        parts: Sequence[str] | None = None,
        step: int | None = None,
        layer: int | None = None,
        align: str = "tokens",
        fed: str = "receiver",
    ) -> Patching:
        """Causal tracing: put states of the donor's run into the receiver's, and measure how far the answer changes.

        Every part is put in at every place in turn, and the receiver is computed again: see `s2s_core.patching`.

        Args:
            receiver: the text whose run is changed.
            donor: the text from whose run the states come.
            parts: names of `s2s_core.patching.parts_of`; None: all states, without the gates.
            step: the output step that is measured, from 0; None: the first at which the two answers differ.
            layer: of encoder and decoder, from 0; None: the top one. Attention always reads the top one.
            align: which places of the sentences correspond, one of `s2s_core.patching.ALIGNMENTS`.
            fed: whose answer both runs are fed before this step: "receiver" or "donor". Up to the first step at
                which the answers differ, both are the same.

        Raises:
            EmptyText, TextTooLong: for either text.
            UnknownName: for a part that the model does not have, or another alignment.
            InvalidConfig: if the answers are the same, or for a step at which they do not differ.
        """
        sides = (self._side(receiver), self._side(donor))
        return patch(self.net, self.tgt_tokenizer, *sides, parts=parts, step=step, layer=layer, align=align, fed=fed)

    def gradients(self, text: str, *, reference: str | None = None, output: int | None = None) -> Gradients:
        """The gradients of the loss with respect to every state and input (BPTT), and the paths that they take.

        They are computed without edits, because the paths are those of the equations.

        Args:
            text: the source, as typed.
            reference: the output that is fed (18) and whose tokens the loss is about; None: the model's own answer.
            output: the step whose loss -log p is differentiated, from 0; None: the sum over all steps.

        Raises:
            EmptyText, TextTooLong: for the text or the reference.
            InvalidConfig: for a step that the output does not have.
        """
        source, targets = self._forced(text, reference)
        return trace_back(
            self.net,
            source.ids,
            targets,
            (BOS, *targets[:-1]),
            output=output,
            src_tokens=source.tokens,
            tgt_tokens=self.tgt_tokenizer.token,
        )

    def forced_run(self, text: str, *, reference: str | None = None) -> Run:
        """The forward run that `gradients` uses, for `s2s_core.gradients.decay`.

        Raises:
            EmptyText, TextTooLong: for the text or the reference.
        """
        source, targets = self._forced(text, reference)
        return run_forward(self.net, source.ids, targets, (BOS, *targets[:-1]))

    def _side(self, text: str) -> Side:
        """A text with the model's output for it."""
        source, ids = self._forced(text, None)
        names = tuple(map(self.tgt_tokenizer.token, ids))
        output = self.tgt_tokenizer.decode([token for token in ids if token != EOS])
        return Side(text, source.ids, source.tokens, ids, names, output)

    def _forced(self, text: str, reference: str | None) -> tuple[Encoding, tuple[int, ...]]:
        """The encoder's input, and the ids of the reference or of the model's own output, with the end mark.

        An output that was cut off at the maximum length has no end mark.
        """
        source = framed(self.net.config, self.encode(text), text)
        if reference is not None:
            return source, (*self.encode_reference(reference).ids, EOS)
        best = self._search(Greedy(), [text], None)[0].hypotheses[0]
        return source, (*best.ids, EOS) if best.finished else best.ids

    @torch.inference_mode()
    def _search(self, search: Greedy | Sample | Beam, texts: Sequence[str], max_len: int | None) -> list[SearchResult]:
        return search(self.net, self.source_batch(texts), max_len=max_len)
