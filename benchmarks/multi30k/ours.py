"""Our model on Multi30k: full peepholes, additive attention, bf16 autocast where the processor has it."""

import time
from dataclasses import replace

import torch

from benchmarks import models
from benchmarks.multi30k.data import Corpus
from benchmarks.multi30k.outcome import BATCH, CLIP, DROPOUT, LONGEST, PEAK, SIZE, SMOOTHING, WARM_UP, Outcome
from s2s_core import Seq2Seq, Translator, threads
from s2s_core.tasks import PairsTask
from s2s_core.training import TrainConfig
from s2s_core.training.data import EncodedPairs
from s2s_core.training.run import Run

PLAN = 100  # updates between two looks at the clock


def contend(corpus: Corpus, seconds: float) -> Outcome:
    """Train for so many seconds on one thread, then translate."""
    threads.limit(1)
    torch.manual_seed(1)
    config = replace(
        models.config(SIZE),
        src_vocab_size=corpus.source.vocab_size,
        tgt_vocab_size=corpus.target.vocab_size,
        dropout=DROPOUT,
        max_src_len=LONGEST,
        max_tgt_len=LONGEST,
    )
    translator = Translator(net=Seq2Seq(config), src_tokenizer=corpus.source, tgt_tokenizer=corpus.target)
    training = TrainConfig(
        steps=2 * WARM_UP,
        batch_size=BATCH,
        lr=PEAK,
        warmup=WARM_UP,
        clip=CLIP,
        label_smoothing=SMOOTHING,
        device="cpu",
        amp="bf16" if torch.ops.mkldnn._is_mkldnn_bf16_supported() else "off",
    )
    train, dev = (EncodedPairs.of(translator, pairs) for pairs in (corpus.train, corpus.dev))
    run = Run(translator, PairsTask(), training, train=train, dev=dev)
    began = time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        run.update()
        if run.step >= WARM_UP and run.step % PLAN == 0:  # the cosine ends where the time will, at the pace so far
            run.steps = round(run.step * seconds / passed)
    run.net.eval()
    return Outcome.of(
        "Seq2Scope",
        lambda texts, beam: translator.translate(texts, beam_size=beam, length_penalty=1.0),
        dev=corpus.dev,
        test=corpus.test,
        updates=run.step,
        epochs=run.step / run.bucketing.per_epoch,
        seconds=time.perf_counter() - began,
        parameters=sum(parameter.numel() for parameter in run.net.parameters()),
    )
