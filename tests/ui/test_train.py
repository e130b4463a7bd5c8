"""Train through app.py: a model is ordered, watched, and opened on every other page."""

import re
import string

import pytest
from streamlit.testing.v1 import AppTest

from s2s_core.errors import CannotWrite, CheckpointError, DataError, InvalidConfig, TrainingError
from s2s_core.recipes import Choice, context_label, contexts, usual
from s2s_core.tasks import PROBLEMS, Count, FileProblem
from s2s_core.tokenizer import VocabularyTooSmall
from s2s_core.training import BegunEarlier, NothingFits, ProbeAttention
from s2s_ui.charts import learning_curves as curves
from s2s_ui.charts import theme
from s2s_ui.locales import translations
from s2s_ui.panels import own_pairs, training_order
from s2s_ui.session import caches, state
from s2s_ui.workshop import Broken, Diverged, Progress, TooMany, Training

PAGE = "pages/train.py"
SECONDS = 60


def open_page(open_app, **address: str) -> AppTest:
    app = open_app(**address)
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


@pytest.fixture(autouse=True)
def _few(few_letters):
    pass


@pytest.fixture(scope="module")
def trained(few_letters):
    """The name of a small finished model."""
    run = caches.workshop().order(Choice(task="reverse", size=32, steps=20))
    run.join(SECONDS)
    assert run.progress.status == "finished"
    return run.order.name


def test_a_link_restores_every_choice(open_app):
    chosen = {"new_task": "own", "new_cell": "gru", "new_peephole": "none", "new_ways": "forward", "new_look": "mean"}
    chosen |= {"new_size": "128", "new_ratio": "0.25", "new_steps": "2000", "new_layers": "3", "new_dropout": "0.35"}
    chosen |= {"new_lr": "0.0005", "new_tokenizer": "words", "new_vocabulary": "8000"}
    app = open_page(open_app, **chosen)
    assert app.selectbox(key="option new_task").value == "own"
    assert app.selectbox(key="option new_look").value == "mean"
    assert app.slider(key="new ratio").value == 0.25
    assert app.slider(key="new dropout").value == 0.35
    assert app.select_slider(key="option new_lr").value == "0.0005"
    groups = {group.key: group.value for group in app.get("button_group")}
    expected = {
        "new_cell": "gru",
        "new_peephole": "none",
        "new_ways": "forward",
        "new_size": "128",
        "new_steps": "2000",
        "new_layers": "3",
        "new_tokenizer": "words",
        "new_vocabulary": "8000",
    }
    assert {name: groups[f"option {name}"] for name in expected} == expected


def test_what_is_ordered_is_trained_and_in_the_link(open_app, seen):
    app = open_page(open_app, new_task="reverse", new_size="32", new_steps="300")
    app.button(key="train").click().run()
    assert not app.exception
    name = seen(app).link["run"]
    run = caches.workshop().training(name)
    assert run is not None
    assert run.order.choice == Choice(task="reverse", size=32, steps=300)
    assert {"pause", "end"} <= {button.key for button in app.button}
    app.button(key="pause").click().run()
    run.join(SECONDS)
    app.run()
    assert run.progress.status == "paused" and "go_on" in {button.key for button in app.button}
    app.button(key="go_on").click().run()
    assert not app.exception and run.progress.active
    run.pause()
    run.join(SECONDS)


@pytest.mark.parametrize("task", ["reverse", "own"])
def test_where_nothing_finer_is_chosen_it_is_as_usual_for_the_task(open_app, task):
    app = open_page(open_app, new_task=task)
    lr, dropout = usual(task)
    assert app.select_slider(key="option new_lr").value == f"{lr:g}"
    assert app.slider(key="new dropout").value == dropout
    groups = {group.key: group.value for group in app.get("button_group")}
    assert groups["option new_layers"] == "1"
    assert groups.get("option new_tokenizer") == ("unigram" if task == "own" else None)
    assert groups.get("option new_vocabulary") == ("4000" if task == "own" else None)


def test_finer_settings_are_ordered_and_in_the_link(open_app, seen):
    app = open_page(open_app, new_task="own", new_size="32", new_steps="300")
    app.file_uploader(key="pairs").upload("n.csv", "".join(f"n {n},{n:b}\n" for n in range(300)).encode(), "text/csv")
    for control, key, value in (
        (app.segmented_control, "option new_layers", "2"),
        (app.segmented_control, "option new_tokenizer", "characters"),
        (app.select_slider, "option new_lr", "0.001"),
        (app.slider, "new dropout", 0.3),
    ):
        control(key=key).set_value(value).run()
        assert not app.exception
    assert "option new_vocabulary" not in {group.key for group in app.get("button_group")}, "characters are all kept"
    link = seen(app).link
    assert [link[f"new_{name}"] for name in ("layers", "tokenizer", "lr", "dropout")] == [
        "2",
        "characters",
        "0.001",
        "0.3",
    ]
    app.button(key="train").click().run()
    run = begun(app, seen)
    assert run.order.choice == Choice(
        task="own",
        size=32,
        steps=300,
        layers=2,
        dropout=0.3,
        lr=0.001,
        tokenizer="characters",
        columns=run.order.choice.columns,
    )
    for words in ("2 layers", "dropout 0.3", "learning rate 0.001", "characters"):
        assert words in training_order.title(run.order)


@pytest.mark.parametrize(
    "chosen",
    [
        {"new_layers": "9"},
        {"new_dropout": "0.51"},
        {"new_dropout": "-1"},
        {"new_lr": "1"},
        {"new_lr": "nan"},
        {"new_tokenizer": "syllables"},
        {"new_vocabulary": "12"},
    ],
    ids=lambda chosen: "=".join(*chosen.items()),
)
def test_a_finer_setting_that_means_nothing_is_said(open_app, seen, chosen):
    app = open_page(open_app, **chosen)
    assert next(iter(chosen)) in seen(app).notice


def test_all_that_means_nothing_in_a_link_is_said(open_app, seen):
    chosen = {"new_task": "nonsense", "new_cell": "foo", "new_layers": "99"}
    said = seen(open_page(open_app, **chosen)).notice
    assert all(f"{name}=“{value}”" in said for name, value in chosen.items())


def test_a_vocabulary_that_is_too_small_is_said_with_what_to_choose(open_app):
    open_app()
    try:
        try:
            raise VocabularyTooSmall("unigram", 5321, 1000, " for these texts")
        except VocabularyTooSmall as small:
            raise InvalidConfig("give --vocab-size 5321") from small
    except InvalidConfig as error:
        assert "at least 5,321 pieces" in training_order.problem(error) and "--" not in training_order.problem(error)


def test_a_file_is_asked_for_before_its_pairs_are_trained_on(open_app, seen):
    app = open_page(open_app, new_task="own")
    app.button(key="train").click().run()
    assert seen(app).notice == "Choose the file of your pairs first." and "run" not in seen(app).link
    app.selectbox(key="option new_task").set_value("reverse").run()
    assert seen(app).notice == "Choose the file of your pairs first."  # until the next order
    app.selectbox(key="option new_task").set_value("own").run()
    app.file_uploader(key="pairs").upload("few.csv", b"a,b\n", "text/csv").run()
    assert seen(app).notice == ""  # or until there is a file


def test_pairs_of_ones_own_are_trained_on(open_app, seen):
    app = open_page(open_app, new_task="own", new_size="32")
    app.file_uploader(key="pairs").upload("few.csv", b"a,b\n", "text/csv").run()
    app.button(key="train").click().run()
    assert seen(app).notice.startswith("This cannot be trained: few.csv has 1 different pairs, too few")
    content = "".join(f"number {n},{n:b}\n" for n in range(300)).encode()
    app.file_uploader(key="pairs").upload("**many** <b>.csv", content, "text/csv").run()
    app.button(key="train").click().run()
    run = caches.workshop().training(seen(app).link["run"])
    assert run is not None and run.order.file == "**many** <b>.csv" and not seen(app).notice
    assert any(r"\*\*many\*\* \<b\>\.csv" in heading.value for heading in app.subheader)  # as it is called
    run.pause()
    run.join(SECONDS)


@pytest.fixture
def korean(monkeypatch):
    """Sentences as a Korean session gets them."""
    monkeypatch.setattr(state, "language", lambda: "ko")


def begun(app, seen) -> Training:
    """The training that was ordered, stopped again."""
    run = caches.workshop().training(seen(app).link["run"])
    assert run is not None and not seen(app).notice
    run.pause()
    run.join(SECONDS)
    return run


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_korean_file_of_excel_is_trained_on_in_two_clicks(open_app, seen, lang):
    app = open_page(open_app, new_task="own", new_size="32", lang=lang)
    content = "".join(f"숫자 {n},{n:b}\n" for n in range(300)).encode("cp949")
    app.file_uploader(key="pairs").upload("수.csv", content, "text/csv").run()
    assert "cp949" in seen(app).notice and "cp949" in app.button(key="read as").label
    app.button(key="read as").click().run()
    assert not app.exception and not seen(app).notice
    assert "숫자 0" in app.table[0].value.to_string()
    app.button(key="train").click().run()
    assert begun(app, seen).order.choice.encoding == "cp949"


def test_columns_are_shown_and_chosen(open_app, seen):
    app = open_page(open_app, new_task="own", new_size="32")
    content = "".join(f"{n},number {n},{n + 5000},{n:b} is it,x\n" for n in range(600)).encode()
    app.file_uploader(key="pairs").upload("ids.csv", content, "text/csv").run()
    source, target = (box for box in app.selectbox if box.key.startswith("pairs "))
    assert (source.value, target.value) == (1, 3)
    assert app.table[0].value.iloc[0].tolist() == ["number 0", "0 is it"]
    target.set_value(1).run()
    assert "both column" in seen(app).notice
    app.button(key="train").click().run()
    assert "run" not in seen(app).link
    source, target = (box for box in app.selectbox if box.key.startswith("pairs "))
    source.set_value(3).run()
    app.button(key="train").click().run()
    assert begun(app, seen).order.choice.columns == ("4", "2")


@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_problem_of_a_file_is_korean_throughout(korean, kind):
    facts = {name: 7 for part in PROBLEMS[kind] for _, name, _, _ in string.Formatter().parse(part) if name}
    said = own_pairs.refusal(FileProblem(kind, facts))
    foreign = set(re.findall("[A-Za-z]{3,}", said)) - {
        "UTF",
        "Excel",
        "LibreOffice",
        "CSV",
        "XML",
        "JSON",
        "NUL",
        "gzip",
    }
    assert not foreign and "학습할 수 없습니다" in said


STOPPED = [
    NothingFits(9, 64, 63),
    BegunEarlier("x"),
    Diverged("the loss", 3),
    Broken("a defect"),
    TooMany("8"),
    CannotWrite("/x", "No space left on device", full=True),
    CannotWrite("/x", "Permission denied"),
    CannotWrite("/x", "Something that no table has"),
    CheckpointError("/x", "its manifest has been edited"),
    TrainingError("another process of the run has ended"),
    InvalidConfig("hidden is 0, must be 1 or more"),
    DataError("a file that cannot be read"),
]


@pytest.mark.parametrize("error", STOPPED, ids=lambda error: f"{type(error).__name__} {error.args[-1]}")
def test_why_a_training_stopped_is_korean_throughout(korean, error):
    assert not re.search("[A-Za-z]", training_order.problem(error))


COUNT = Count(rows=99, train=41, dev=5, test=6, joined=7, too_long=8, unknown=11, empty=12, repeated=13, answered=14)


def test_what_became_of_the_rows_is_said(open_app):
    open_app()
    said = " ".join(own_pairs.counted(COUNT))
    assert all(str(number) in said for number in (41, 5, 6, 7, 8, 11, 12, 13, 14))
    assert own_pairs.counted(COUNT) == COUNT.sentences()


def test_what_became_of_the_rows_is_korean_throughout(korean):
    assert not re.search("[A-Za-z]", " ".join(own_pairs.counted(COUNT)))


def test_how_much_is_learnt_from_and_what_is_left_out_is_said(open_app):
    open_app()
    line = training_order.learning_from(Progress(pairs=1500, parameters=20_000, dropped=2))
    assert line == "20,000 parameters learn from 1,500 pairs. 2 pairs are too long for the model and left out."
    assert training_order.learning_from(Progress(pairs=9, parameters=8)) == "8 parameters learn from 9 pairs."


def test_a_training_that_is_not_there_is_said(open_app, seen):
    assert "There is no training" in seen(open_page(open_app, run="reverse-00000000")).notice


@pytest.mark.parametrize(
    "link", [{"new_size": "33"}, {"new_task": "poems"}, {"new_ratio": "2"}, {"new_attention": "dot"}]
)
def test_a_choice_that_there_is_not_is_said_and_left_out(open_app, seen, link):
    [(name, value)] = link.items()
    assert f"{name}=“{value}”" in seen(open_page(open_app, **link)).notice


def test_a_finished_training_shows_its_curves_and_how_attention_was_born(open_app, seen, trained):
    app = open_page(open_app, run=trained)
    losses = seen(app).figure("losses", "loss")
    assert {row["series"] for row in losses} == {"training batches", "unseen pairs"}
    assert [row["update"] for row in seen(app).figure("scores", "score")] == list(range(2, 21, 2))
    assert seen(app).figure("probe", "α") and seen(app).slider("born") == 10
    assert any("Trained by its reader" in markdown.value for markdown in app.markdown)


@pytest.mark.parametrize("page", ["watch", "gates", "directions", "attention", "why", "forcing", "compare"])
def test_a_trained_model_opens_on_every_page(open_app, trained, page):
    app = open_app(model=trained)
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert app.selectbox(key="model").value == trained
    assert app.text_input(key="text").value == "stressed"
    assert app.selectbox(key="model").options[-1].startswith("Letters → reversed (LSTM, full peepholes")


def test_a_trained_model_is_offered_to_those_who_know_it(open_app, trained):
    assert not any("reversed" in option for option in open_app().selectbox(key="model").options)
    app = open_page(open_app, run=trained).switch_page("pages/watch.py").run()
    assert "reversed" in app.selectbox(key="model").options[-1]
    assert trained not in caches.models()


def test_every_choice_has_words(open_app):
    open_app()
    english = {context: context_label(context) for context in contexts()}
    assert len(set(english.values())) == len(english)
    assert all(translations("ko").gettext(label) != label for label in english.values())


def test_many_updates_are_averaged_and_none_is_lost():
    losses = [(step, float(step)) for step in range(1, 4001)]
    frame = curves.loss_frame(losses, [(400, 2.0, {})], str)
    batches = frame[frame["series"] == "training batches"]
    assert len(batches) <= curves.POINTS and batches["update"].max() == 4000
    assert batches["loss"].mean() == pytest.approx(2000, rel=0.01)
    assert frame[frame["series"] == "unseen pairs"].to_numpy().tolist() == [["unseen pairs", 400, 2.0]]


@pytest.mark.parametrize("dark", [False, True])
def test_the_pictures_are_good_vega(dark):
    caches.model("dates")
    trace = caches.model("dates").trace("March 8, 2025")
    palette = theme.palette(dark)
    probe = ProbeAttention(
        step=3, src_tokens=trace.src_tokens, tgt_tokens=trace.tgt_tokens, weights=trace.attention.weights
    )
    assert len(curves.probe_frame(probe)) == trace.attention.weights.size
    curves.probe(probe, palette).to_dict()
    frame = curves.loss_frame([(1, 2.0), (2, 1.0)], [(2, 1.5, {"exact": 50.0})], str)
    curves.losses(frame, 10, palette, str).to_dict()
    curves.scores(curves.score_frame([(2, 1.5, {"exact": 50.0})], {"exact": "exact"}), 10, palette, str).to_dict()


@pytest.mark.parametrize("status", ["preparing", "training", "scoring", "paused", "finished"])
def test_every_status_has_a_line(open_app, status):
    open_app()
    assert training_order.said(Progress(status=status, step=3, steps=9, left=75.0))


def test_watching_ends_with_the_training(open_app, seen):
    """The page of a training that has come to its end in the meantime shows what comes after it."""
    run = caches.workshop().order(Choice(task="reverse", size=32, steps=20))
    app = open_page(open_app, run=run.order.name)
    run.join(SECONDS)
    app.run()
    assert "open primary" in {button.key for button in app.button}
