"""The model: an encoder, a decoder and the loss of (16)-(18). It works on token ids; the Translator works on texts."""

from collections.abc import Iterable, Sequence
from operator import is_

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from s2s_core.arrays import Array, as_numpy, in_numpy, stack, unbind
from s2s_core.batch import Batch
from s2s_core.config import ModelConfig
from s2s_core.decoder import Decoder, mixed, teacher_forced
from s2s_core.edits import Edit, bind
from s2s_core.encoder import Encoder
from s2s_core.loss import cross_entropy, misaligned
from s2s_core.plain import on_arrays
from s2s_core.records import CellState, EncoderStep, Memory
from s2s_core.tokenizer import BOS, EOS, PAD


@on_arrays
class Seq2Seq(nn.Module):
    """p(Y|X) = Π_t p(y_t | y_<t, X), (16)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config, padding_index=PAD)
        self.decoder = Decoder(config, padding_index=PAD)

    @property
    def device(self) -> torch.device:
        return self.encoder.embedding.weight.device

    def source_ids(self, ids: Sequence[int]) -> list[int]:
        """A text's ids with the start and end marks that the encoder reads, if the configuration has them."""
        return [BOS] * self.config.source_start + list(ids) + [EOS] * self.config.source_end

    def lightest(self, batch: Batch) -> tuple["Seq2Seq", Int[Array, "batch src_len"], Bool[Array, "batch src_len"]]:
        """The fastest version of the model for steps without gradients, with the sources and their mask for it.

        For one sentence on a CPU it is the NumPy version: the same steps, and the same numbers but for rounding. If
        the model has no NumPy version (see `in_numpy`), it is the model itself.
        """
        alone = len(batch) == 1 and not self.training
        if alone and (twin := in_numpy(self)) is not None:
            return twin, as_numpy(batch.src), as_numpy(batch.src_mask)
        return self, batch.src, batch.src_mask

    def encode(
        self, src: Int[Array, "batch src_len"], src_mask: Bool[Array, "batch src_len"], edit: Edit | None = None
    ) -> Memory:
        """Read the source: the joined states, the last states, and what attention computes once per sentence.

        The records of the encoder's steps are not needed here, so the ordinary steps are only used with an edit.
        """
        if edit is None:
            return self.memory_of(*self.encoder.read(src, src_mask), src_mask)
        return self.memory(self.encoder.steps(src, src_mask, edit), src_mask, edit)

    def encode_over(
        self,
        states: Float[Array, "batch src_len embedding"],
        src_mask: Bool[Array, "batch src_len"],
        edit: Edit | None = None,
    ) -> Memory:
        """The memory of embedded tokens. It can be differentiated with respect to them."""
        if edit is None:
            return self.memory_of(*self.encoder.read_over(states, src_mask), src_mask)
        return self.memory(self.encoder.steps_over(states, src_mask, edit), src_mask, edit)

    def memory(
        self, steps: Iterable[EncoderStep], src_mask: Bool[Array, "batch src_len"], edit: Edit | None = None
    ) -> Memory:
        """The memory of the encoder's steps, which may be a list (tracing) or a generator."""
        return self.memory_of(*self.encoder.summarise(steps), src_mask, edit)

    def memory_of(
        self,
        states: Float[Array, "batch src_len memory"],
        finals: tuple[CellState, ...],
        src_mask: Bool[Array, "batch src_len"],
        edit: Edit | None = None,
    ) -> Memory:
        """The memory of the states of the top layer and the last states of all layers."""
        states = states if edit is None else _edited(states, edit)
        prepared = self.decoder.context.prepare(states, src_mask, finals)
        return Memory(states, src_mask, finals, prepared, self.decoder.context_terms(states))

    def logits(
        self, batch: Batch, *, teacher_forcing_ratio: float = 1.0, generator: torch.Generator | None = None
    ) -> Float[Tensor, "batch tgt_len tgt_vocab"]:
        """The logits of every step. With ratio 1 the reference is fed (18), otherwise a random mixture for each token.

        Raises:
            ValueError: if the ratio is below 1 and there is no generator.
        """
        memory = self.encode(batch.src, batch.src_mask)
        if teacher_forcing_ratio >= 1:
            logits = self.decoder.forced_logits(memory, batch.tgt_in, torch.ones_like(batch.tgt_mask))
            return logits.view(*batch.tgt_in.shape, -1)
        if generator is None:
            raise ValueError("a teacher-forcing ratio below 1 needs a generator")
        next_token = mixed(batch.tgt_in, teacher_forcing_ratio, generator)
        steps = self.decoder.steps(memory, next_token, length=batch.tgt_in.shape[1])
        return torch.stack([step.logits for step in steps], dim=1)

    def loss(
        self,
        batch: Batch,
        *,
        label_smoothing: float = 0.0,
        teacher_forcing_ratio: float = 1.0,
        generator: torch.Generator | None = None,
        guided: float = 0.0,
    ) -> Float[Tensor, ""]:
        """The loss that training minimises: -log p(Y|X) per target token, (17).

        ``guided`` is the weight of a second term, the distance of attention (14) from the links of the batch, under
        teacher forcing (guided alignment: Chen et al. 2016, "Guided alignment training for topic-aware neural machine
        translation").

        Raises:
            ValueError: with ``guided``, if there are no links, no attention or no teacher forcing.
        """
        real = batch.tgt_mask  # padding is not scored, so it needs no logits
        if guided:
            if teacher_forcing_ratio < 1:
                raise ValueError("guided needs teacher forcing: a ratio of 1")
            return self._guided_loss(batch, label_smoothing, guided)
        if teacher_forcing_ratio >= 1:
            memory = self.encode(batch.src, batch.src_mask)
            logits = self.decoder.forced_logits(memory, batch.tgt_in, real)
        else:
            logits = self.logits(batch, teacher_forcing_ratio=teacher_forcing_ratio, generator=generator)[real]
        return cross_entropy(logits, batch.tgt_out[real], label_smoothing=label_smoothing)

    def _guided_loss(self, batch: Batch, label_smoothing: float, guided: float) -> Float[Tensor, ""]:
        """The loss with ``guided``, computed by the ordinary steps, because their records have the scores (13)."""
        if batch.links is None:
            raise ValueError("guided needs links, and the batch has none")
        memory, real = self.encode(batch.src, batch.src_mask), batch.tgt_mask
        logits, scores = [], []
        for step in self.decoder.steps(memory, teacher_forced(batch.tgt_in), length=batch.tgt_in.shape[1]):
            if step.attention.scores is None:
                raise ValueError("guided needs a model with attention, and this model has none")
            logits.append(step.logits)
            scores.append(step.attention.scores)
        told = cross_entropy(torch.stack(logits, dim=1)[real], batch.tgt_out[real], label_smoothing=label_smoothing)
        return told + guided * misaligned(torch.stack(scores, dim=1)[real], batch.links[real])


def _edited(states: Float[Array, "batch src_len memory"], edit: Edit) -> Float[Array, "batch src_len memory"]:
    """The joined states (11), changed by the edit. The encoder's cells do not read them."""
    before = unbind(states)
    after = [bind(edit, "memory", 0, position)("joined", state) for position, state in enumerate(before)]
    return states if all(map(is_, after, before)) else stack(after, dim=1)
