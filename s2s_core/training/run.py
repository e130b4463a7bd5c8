"""The state of one training run, and its operations: update, validate, trace the probe sentence, take a snapshot.

The network in training and the best network so far are two translators, so that saving never mixes them. `resume`
saves and restores the state of a run.
"""

import copy
import dataclasses
import math
import time
from collections.abc import Mapping, Sequence

import torch

from s2s_core.checkpoint import Decoding, Snapshot, Specimen, resolve_device
from s2s_core.randomness import drawn_from
from s2s_core.tasks import Pair, Task
from s2s_core.training.bucketing import Bucketing
from s2s_core.training.config import TrainConfig
from s2s_core.training.data import EncodedPairs
from s2s_core.training.events import ProbeAttention, Sample, StepDone, Validated
from s2s_core.training.processes import Processes
from s2s_core.training.schedules import forcing_ratio, learning_rate, snapshot_steps
from s2s_core.translator import Translator

EVALUATION_BATCH = 256
SAMPLES = 3


class Diverged(Exception):
    """The loss or its gradient is not a finite number; the weights were not changed."""


class Run:
    """The state of one training run between two of its updates."""

    def __init__(
        self, translator: Translator, task: Task, config: TrainConfig, *, train: EncodedPairs, dev: EncodedPairs
    ) -> None:
        self.config, self.task, self.train, self.dev = config, task, train, dev
        self.device = resolve_device(config.device)
        self.translator = translator
        self.net = translator.net.to(self.device)
        self.processes = Processes(self.net)
        self.best = dataclasses.replace(translator, net=copy.deepcopy(self.net).eval())
        self.optimizer = torch.optim.AdamW(
            self.net.parameters(), lr=config.lr, betas=config.betas, weight_decay=config.weight_decay, fused=True
        )
        self.bucketing = Bucketing(train.lengths, batch_size=config.batch_size, seed=config.seed)
        self.steps = config.total_steps(self.bucketing.per_epoch)
        self.autocast = config.amp == "bf16" or (config.amp == "auto" and self.device.type == "cuda")
        self.step = 0  # updates made
        self.best_step = 0
        self.history: list[Validated] = []
        self.snapshots: list[Snapshot] = []
        self.specimens = tuple(pair for pair in config.specimens if translator.takes(Pair(*pair)))
        self._snapshot_steps = snapshot_steps(config.snapshots if self.specimens else 0, self.steps)
        self._probes = bool(config.probe) and translator.reads(config.probe)
        self.losses: list[float] = []  # since the last validation
        self.seconds = 0.0

    def update(self) -> StepDone:
        """One update of the weights with the loss (17).

        Raises:
            Diverged: if the loss or its gradient is not finite.
        """
        began = time.perf_counter()
        config, step = self.config, self.step
        indices = self.bucketing.batch(step)
        mine = self.processes.share(indices)
        tokens = self.train.target_tokens(indices)
        batch = self.train.batch(mine or indices[:1], device=self.device)
        ratio = forcing_ratio(
            step, start=config.forcing_start, end=config.forcing_end, steps=self.steps, schedule=config.forcing
        )
        lr = learning_rate(step, peak=config.lr, warmup=config.warmup, steps=self.steps, decay=config.lr_decay)
        self.net.train()
        with (
            drawn_from(config.seed, self.processes.place(step), self.device) as generator,
            torch.autocast(self.device.type, torch.bfloat16, enabled=self.autocast),
        ):
            loss = self.processes.loss(
                batch,
                share=self.train.target_tokens(mine) / tokens,
                label_smoothing=config.label_smoothing,
                forcing=ratio,
                generator=generator,
                guided=config.guided,
            )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.net.parameters(), config.clip)
        value = self.processes.mean(loss.item())
        if not math.isfinite(value) or not math.isfinite(norm.item()):
            what = "loss" if not math.isfinite(value) else "gradient"
            raise Diverged(f"the {what} of update {step + 1} is not a finite number (learning rate {lr:.2g})")
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        self.optimizer.step()
        self.step += 1
        self.losses.append(value)
        seconds = time.perf_counter() - began
        self.seconds += seconds
        return StepDone(
            step=self.step,
            epoch=self.step / self.bucketing.per_epoch,
            loss=value,
            lr=lr,
            tokens_per_second=tokens / seconds,
        )

    def validate(self) -> Validated:
        """The loss and the scores of the development set; the weights are copied if they are the best so far."""
        began = time.perf_counter()
        loss = self._dev_loss()
        outputs = self.translator.translate([pair.source for pair in self.dev.pairs])
        known_pairs = self.train.pairs[:SAMPLES]
        known = self.translator.translate([pair.source for pair in known_pairs])
        self.seconds += time.perf_counter() - began
        scores = self.task.score(self.dev.pairs, outputs)
        earlier = [self._rank(entry.scores, entry.loss) for entry in self.history if entry.best]
        validated = Validated(
            step=self.step,
            epoch=self.step / self.bucketing.per_epoch,
            train_loss=sum(self.losses) / len(self.losses) if self.losses else math.nan,
            loss=loss,
            scores=scores,
            samples=_samples(self.dev.pairs, outputs),
            known=_samples(known_pairs, known),
            best=math.isfinite(loss) and all(self._rank(scores, loss) > rank for rank in earlier),
            seconds=self.seconds,
        )
        self.losses = []
        self.history.append(validated)
        if validated.best:
            self.best.net.load_state_dict(self.net.state_dict())
            self.best_step = self.step
        return validated

    def probe(self) -> ProbeAttention | None:
        """The attention on the probe sentence; None without attention or without a sentence that the model can read."""
        if not self._probes:
            return None
        self.net.eval()
        trace = self.translator.trace(self.config.probe)
        if trace.attention is None:
            return None
        return ProbeAttention(
            step=self.step,
            src_tokens=trace.src_tokens,
            tgt_tokens=trace.tgt_tokens,
            weights=trace.attention.weights,
        )

    def take_snapshot(self) -> None:
        """Add a snapshot of the current network on the specimens. It uses no random numbers."""
        self.snapshots.append(
            Snapshot(
                step=self.step,
                epoch=self.step / self.bucketing.per_epoch,
                loss=self._dev_loss(),
                specimens=tuple(self._specimen(source, reference) for source, reference in self.specimens),
            )
        )

    def _specimen(self, source: str, reference: str) -> Specimen:
        forced = self.translator.trace(source, reference=reference)
        free = self.translator.trace(source, max_len=2 * len(forced.tgt_tokens))  # it may never end
        return Specimen(
            source=source, reference=reference, output=free.output, free=Decoding.of(free), forced=Decoding.of(forced)
        )

    def _dev_loss(self) -> float:
        """The mean of -log p per target token of the development set, teacher forced."""
        self.net.eval()
        total, tokens = 0.0, 0
        with torch.inference_mode():
            for batch in self.dev.batches(EVALUATION_BATCH, device=self.device):
                count = int(batch.tgt_mask.sum())
                total += self.net.loss(batch).item() * count
                tokens += count
        return total / tokens

    @property
    def snapshot_due(self) -> bool:
        """Whether a snapshot is due at this step: at the points of the schedule, and at the end of the run."""
        due = self.step in self._snapshot_steps or (bool(self._snapshot_steps) and self.out_of_patience)
        return due and (not self.snapshots or self.snapshots[-1].step < self.step)

    @property
    def validation_due(self) -> bool:
        """Whether this step still needs a validation (the run may have been closed after its update)."""
        due = self.step > 0 and (self.step % self.config.validate_every == 0 or self.step >= self.steps)
        return due and (not self.history or self.history[-1].step < self.step)

    @property
    def probe_due(self) -> bool:
        """Whether the probe is due after this step."""
        every = self.config.probe_every
        return self.validation_due if every is None else self.step % every == 0

    @property
    def out_of_patience(self) -> bool:
        """Whether as many validations as the patience allows have passed without a better one."""
        since = next((age for age, entry in enumerate(reversed(self.history)) if entry.best), len(self.history))
        return self.config.patience is not None and since >= self.config.patience

    def keep_best(self) -> None:
        """Set the network's weights to the best ones."""
        self.net.load_state_dict(self.best.net.state_dict())
        self.net.eval()

    def _rank(self, scores: Mapping[str, float], loss: float) -> tuple[float, float]:
        """A key to compare validations, larger is better: the task's main score, then the loss."""
        return scores[self.task.metric], -loss


def _samples(pairs: Sequence[Pair], outputs: Sequence[str]) -> tuple[Sample, ...]:
    return tuple(
        Sample(pair.source, pair.target, output) for pair, output in list(zip(pairs, outputs, strict=True))[:SAMPLES]
    )
