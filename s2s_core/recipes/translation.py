"""The recipes of translation. Their data is not shipped: `train en-fr-first --data pairs.tsv.gz` names the file."""

import dataclasses

from s2s_core.recipes.recipe import Recipe
from s2s_core.recipes.shipped import RECIPES
from s2s_core.tasks.tatoeba import EnglishFrenchTask, EnglishKoreanTask, KoreanEnglishTask, ToEnglishTask
from s2s_core.training import TrainConfig

_DATA = """\
Everyday sentences that people gave to Tatoeba (tatoeba.org), as pairs of English and {language} by way of
www.manythings.org/anki, CC BY 2.0 FR. A sentence is held out by the hash of its {source} words, whatever its
punctuation and case, and no pair is trained on whose {target} stands among the held-out ones. A held-out sentence is
scored against every translation that the file has for it."""

EN_FR_LIMITS = (
    "It knows everyday sentences, most of them under ten words; long or learned ones come out garbled.",
    "Names and rare words are spelt from pieces, and often become other ones.",
    "You is tu or vous, as chance has it, and who speaks is a man more often than a woman (one seed).",
)


_BUILT = """\
Translates everyday English sentences into French. Words are cut into pieces by a unigram model (SentencePiece, 4,000
pieces a side). A bidirectional encoder and a decoder of LSTM cells with full peephole matrices, and additive attention;
the output layer shares its weights with the embedding of the French pieces. The encoder starts local, as that of
`dates`."""


@RECIPES.register("en-fr-first")
def en_fr_first() -> Recipe:
    """The first four epochs of `en-fr`: the corpus as it is, a decoder that starts from the encoder's last states.

    Its first word looks hardest at the final full stop, for s_0 is made of the state that stands there.
    """
    return Recipe(
        name="en-fr-first",
        title="English → French, the first epochs",
        summary=_BUILT,
        task=EnglishFrenchTask(typed=False),
        model={
            "embedding_size": 256,
            "embedding_std": 0.0625,  # 256 ** -0.5: embeddings start about as long as 1, logits small though tied
            "encoder_hidden": 256,
            "decoder_hidden": 256,
            "attention_size": 256,
            "readout_size": 256,
            "tie_output": True,
            "source_end": False,  # nowhere to park the weight: attention has to choose a piece
            "dropout": 0.2,
            "max_src_len": 48,
            "max_tgt_len": 64,
        },
        train=TrainConfig(
            epochs=4,
            lr=2e-3,
            warmup=400,
            batch_size=128,
            label_smoothing=0.1,
            validate_every=1000,
            probe="I like the red car.",
            amp="bf16",  # twice as fast where the processor knows it
            snapshots=12,
            specimens=(
                ("I like the red car.", "J'aime la voiture rouge."),
                ("He never drinks black coffee.", "Il ne boit jamais de café noir."),
                ("Have you seen my new glasses?", "As-tu vu mes nouvelles lunettes ?"),
                ("I gave it to her yesterday.", "Je le lui ai donné hier."),
                ("My parents live in a small white house.", "Mes parents vivent dans une petite maison blanche."),
            ),
        ),
        vocab_size=4000,
        data=_DATA.format(language="French", source="English", target="French"),
        weaknesses=EN_FR_LIMITS,
        half=True,
    )


_AS_TYPED = """\
`en-fr-first` was trained on the corpus as it is. Without its final mark it took a sentence for another one, and its
first word looked at that mark, because s_0 was made of the encoder's last states. This model goes on from it for three
epochs with s_0 = 0, and with a third of the training pairs as people type them: without the mark, in lower case, with
I'm for I am, with other names and numbers. Both on the same 2,310 held-out sentences, with a beam of 5; names and
numbers in 200 sentences that were made for it.

| measure | `en-fr-first` | this model |
| --- | --- | --- |
| BLEU | 46.6 | 48.4 |
| without the final mark, and the same sentences with it | 31.2, 46.8 | 46.2, 48.6 |
| in lower case, and as they are | 32.2, 46.6 | 47.8, 48.4 |
| with the other short or long forms, and as they are | 49.7, 49.9 | 51.1, 51.5 |
| first token looks hardest at the final mark | 63 % | 0 % |
| meets fast_align | 59.6 % | 67.9 % |
| names never seen that are copied | 0 % | 6 % |
| numbers that are copied | 38 % | 80 % |

The aims were 50 BLEU, 70 % and every second name; they are not reached. Again: `python -m s2s_core experiment as-typed
--family en-fr --data pairs.tsv.gz`, and `evaluate` for fast_align."""


@RECIPES.register("en-fr")
def en_fr() -> Recipe:
    """Translation of everyday English into French, by pieces of words."""
    first = en_fr_first()
    return dataclasses.replace(
        first,
        name="en-fr",
        title="English → French",
        summary=f"{_BUILT} The decoder starts from zeros, so that what it knows of the sentence comes by attention.",
        task=EnglishFrenchTask(),
        parent=first.name,
        model={**first.model, "bridge": "zero"},
        train=dataclasses.replace(first.train, epochs=3, lr=1e-3, warmup=200, amp="off"),
        remarks={"As people type": _AS_TYPED},
        shipped=True,
    )


_SMALL = {
    "embedding_size": 160,
    "embedding_std": 0.08,  # 160 ** -0.5
    "encoder_hidden": 160,
    "decoder_hidden": 160,
    "attention_size": 160,
    "readout_size": 160,
    "tie_output": True,
    "source_end": False,
    "bridge": "zero",
    "dropout": 0.2,
    "max_src_len": 48,
    "max_tgt_len": 48,
}


@RECIPES.register("to-en")
def to_en() -> Recipe:
    """What `ko-en` begins with: everyday French and Korean into English."""
    return Recipe(
        name="to-en",
        title="French and Korean → English",
        summary="""\
Translates everyday sentences from French or Korean into English, which it learns from thirty times as many sentences
as there are in Korean: the parent of `ko-en`, which goes on with Korean alone. Built like `en-fr`, smaller.""",
        task=ToEnglishTask(),
        model=_SMALL,
        train=TrainConfig(
            epochs=2,
            lr=2e-3,
            warmup=200,
            batch_size=64,
            label_smoothing=0.1,
            validate_every=500,
            probe="나는 사과를 좋아해.",
        ),
        dev_size=400,
        test_size=2000,
        vocab_size=3000,
        data=_DATA.format(language="French or Korean", source="French or Korean", target="English"),
        weaknesses=("It is a step on the way to `ko-en`: of Korean it knows less than that.",),
        half=True,
    )


_BOTH = """

It begins with `to-en`, which has learnt from these pairs and those of English and French in one file. There no French
sentence is trained on whose English answers a Korean one that is held out here, whatever its punctuation and case: `cat
en-fr.tsv.gz en-ko.tsv.gz > both.tsv.gz`, then `python -m s2s_core train to-en --data both.tsv.gz --seed 1 --out
runs/to-en`, and the command below."""

_TRIED = """\
16 BLEU were the aim and are not reached. Development pairs by greedy decoding, held-out pairs by a beam of 5; one
training each, and on 271 sentences one BLEU more or less is chance. The last is kept because it reads what a class
types without spelling it in bytes.

| approach | BLEU, development | BLEU | chrF |
| --- | --- | --- | --- |
| no parent, 128 units, 1,500 pieces a side, 40 epochs: the model of earlier versions | 11.0 | 10.1 | 27.4 |
| `to-en` itself, which has Korean six times among the French | 13.3 | 14.0 | 29.2 |
| from `to-en`, its English pieces, 2,000 Korean ones of its own, 10 epochs | 16.2 | 13.2 | 29.8 |
| from `to-en`, its English pieces, and of its source pieces those that Korean has, 12 epochs | 17.8 | 14.2 | 31.3 |
| the same, and the characters that its pieces lacked (춥 and 138 others): this model | 16.7 | 14.7 | 31.8 |

The other way round, `en-ko` goes on from `en-fr-first`, whose English side it takes over: after six epochs 7.7 chrF and
1.1 BLEU on 228 held-out pairs, beam of 5: no translation yet, and not shipped. The loss still fell (`python -m s2s_core
train en-ko --data en-ko.tsv.gz --from runs/en-fr-first --seed 1`)."""


@RECIPES.register("ko-en")
def ko_en() -> Recipe:
    """Translation of everyday Korean into English, from very few sentences and a parent that knows English."""
    return Recipe(
        name="ko-en",
        title="Korean → English",
        summary="""\
Translates short everyday sentences from Korean into English, the verb moving from the end to the middle. Five thousand
sentences are very little to learn from, so it begins with the weights of a model that has learnt to write English from
French (transfer: Zoph et al. 2016). Built like `en-fr`, smaller.""",
        task=KoreanEnglishTask(),
        parent="to-en",
        cut=("source",),
        model={**_SMALL, "dropout": 0.4},
        train=TrainConfig(
            epochs=12,
            lr=1e-3,
            warmup=100,
            batch_size=64,
            label_smoothing=0.1,
            validate_every=160,
            probe="나는 사과를 좋아해.",
        ),
        data=_DATA.format(language="Korean", source="Korean", target="English") + _BOTH,
        weaknesses=(
            "It saw some five thousand sentences of Korean: it knows how English goes and few Korean words. What it "
            "does not know becomes another word that fits: 문을 닫아 주세요. (close) Please open the door., and 오늘은 "
            "정말 춥다. (cold) She is very good today.",
            "Names and rare words it spells from pieces or leaves out: 서울은 한국의 수도이다. becomes The tempipy is "
            "no other language., and 나는 개가 두 마리 있다. (two) I have a dog.",
            "An ending that it has not met often changes the sentence: 나는 학생이다. becomes I'm a students.",
            "Who does what to whom is often left unsaid in Korean, and it guesses.",
        ),
        remarks={"What was tried": _TRIED},
        half=True,
        shipped=True,
    )


@RECIPES.register("en-ko")
def en_ko() -> Recipe:
    """The other way round, from a parent that reads English."""
    parent = en_fr_first()
    return Recipe(
        name="en-ko",
        title="English → Korean",
        summary="""\
Translates short everyday sentences from English into Korean, from five thousand sentences. It begins with the weights
of `en-fr-first`, which has learnt to read English.""",
        task=EnglishKoreanTask(),
        parent=parent.name,
        inherits=("source",),
        model={**parent.model, "dropout": 0.4},
        train=TrainConfig(
            epochs=6,
            lr=1e-3,
            warmup=100,
            batch_size=64,
            label_smoothing=0.1,
            validate_every=160,
            probe="I like apples.",
        ),
        vocab_size=2000,
        data=_DATA.format(language="Korean", source="English", target="Korean"),
        weaknesses=("After six epochs it repeats the commonest words; the loss still falls.",),
        half=True,
    )
