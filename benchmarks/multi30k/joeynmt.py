"""JoeyNMT's recurrent model on Multi30k, by its own trainer, data loading, validation and search.

Its learning rate rises to the same peak over the same warm-up and then falls with the square root of the updates, the
one of its schedules that need not know how many there will be. It validates as often as it would, keeps its best
checkpoint by BLEU, and is interrupted when the time is over, as by Ctrl+C.
"""

import signal
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from benchmarks.multi30k.data import SOURCE, TARGET, Corpus
from benchmarks.multi30k.outcome import BATCH, CLIP, DROPOUT, LONGEST, PEAK, SIZE, SMOOTHING, WARM_UP, Outcome
from s2s_core import threads
from s2s_core.tokenizer import SPECIALS, UnigramTokenizer

VALIDATE = 400  # updates; its default is 1000, which a short training would hardly reach


def contend(corpus: Corpus, seconds: float) -> Outcome:
    """Train for so many seconds on one thread, then translate."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "model").mkdir()
        return _contend(corpus, seconds, Path(folder))


def _contend(corpus: Corpus, seconds: float, folder: Path) -> Outcome:
    from joeynmt.config import parse_global_args, set_validation_args
    from joeynmt.helpers import load_checkpoint
    from joeynmt.prediction import predict, prepare
    from joeynmt.training import TrainManager

    from benchmarks.joey import settings  # which mends what JoeyNMT expects of SentencePiece

    threads.limit(1)
    torch.manual_seed(1)
    args = parse_global_args(_settings(corpus, folder) | {"model": settings(SIZE, DROPOUT)}, rank=0, mode="train")
    model, train, dev, test = prepare(args, rank=0, mode="train")
    trainer = TrainManager(
        rank=0,
        model=model,
        model_dir=args.model_dir,
        device=args.device,
        autocast=args.autocast,
        seed=args.seed,
        train_args=args.train,
        dev_args=set_validation_args(args.test),
    )
    signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    began = time.perf_counter()
    trainer.train_and_validate(train_data=train, valid_data=dev)
    passed = time.perf_counter() - began
    trainer._validate(dev)  # the last weights may be the best ones
    model.load_state_dict(load_checkpoint(args.model_dir / "best.ckpt", args.device)["model_state"])

    def translate(texts: Sequence[str], beam: int) -> list[str]:
        data = dev if len(texts) == len(dev) else test
        chosen = args.test._replace(beam_size=beam, beam_alpha=1.0 if beam > 1 else -1)
        return predict(model, data, args.device, n_gpu=0, args=chosen, autocast=args.autocast)[2]

    return Outcome.of(
        "JoeyNMT",
        translate,
        dev=corpus.dev,
        test=corpus.test,
        updates=trainer.stats.steps,
        epochs=trainer.stats.steps * BATCH / len(train),
        seconds=passed,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
    )


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _settings(corpus: Corpus, folder: Path) -> dict[str, Any]:
    """Its configuration, and the files that it reads."""
    for split in ("train", "dev", "test"):
        pairs = getattr(corpus, split)
        (folder / f"{split}.{SOURCE}").write_text("".join(f"{p.source}\n" for p in pairs), encoding="utf-8")
        (folder / f"{split}.{TARGET}").write_text("".join(f"{p.target}\n" for p in pairs), encoding="utf-8")
    data = {
        "dataset_type": "plain",
        "train": str(folder / "train"),
        "dev": str(folder / "dev"),
        "test": str(folder / "test"),
        "src": _side(corpus.source, folder, SOURCE),
        "trg": _side(corpus.target, folder, TARGET),
    }
    training = {
        "batch_size": BATCH,
        "optimizer": "adam",
        "learning_rate": PEAK,
        "scheduling": "warmupinversesquareroot",
        "learning_rate_warmup": WARM_UP,
        "learning_rate_min": 1e-6,
        "clip_grad_norm": CLIP,
        "label_smoothing": SMOOTHING,
        "normalization": "tokens",
        "epochs": 1000,
        "validation_freq": VALIDATE,
        "early_stopping_metric": "bleu",
        "print_valid_sents": [],
    }
    return {
        "name": "multi30k",
        "model_dir": str(folder / "model"),
        "use_cuda": False,
        "random_seed": 1,
        "data": data,
        "training": training,
        "testing": {"batch_size": BATCH, "eval_metrics": ["bleu"], "max_output_length": LONGEST},
    }


def _side(tokenizer: UnigramTokenizer, folder: Path, language: str) -> dict[str, Any]:
    """One language: the same pieces, in a list without the special ones, which it adds itself."""
    model = tokenizer.save(folder, f"pieces-{language}")[0]
    pieces = [tokenizer.token(id) for id in range(len(SPECIALS), tokenizer.vocab_size)]
    words = folder / f"pieces.{language}"
    words.write_text("".join(f"{piece}\n" for piece in pieces), encoding="utf-8")
    return {
        "lang": language,
        "level": "bpe",
        "max_length": LONGEST,
        "tokenizer_type": "sentencepiece",
        "tokenizer_cfg": {"model_file": str(model)},
        "voc_file": str(words),
    }
