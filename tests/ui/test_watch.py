"""Watch through app.py: what is typed, chosen, switched and linked is what the stage gets."""

import pytest

from s2s_core.checkpoint import load, names

DATES = ["March 8, 2025", "2025년 3월 8일", "8. März 2025"]


def test_the_first_visit_plays_the_first_example(open_app, seen):
    screen = seen(open_app())
    assert screen.source == load("dates").info.examples[0]
    assert screen.stage["autoplay"] and screen.stage["step"] is None
    assert not screen.notice
    assert not screen.link


def test_it_plays_by_itself_once_only(open_app, seen):
    app = open_app()
    app.text_input(key="text").set_value(DATES[1]).run()
    assert seen(app).stage["autoplay"]
    app.toggle(key="peepholes").set_value(False).run()
    assert not seen(app).stage["autoplay"]


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_shipped_model_opens_with_each_of_its_examples(open_app, seen, name, language):
    app, model = open_app(model=name, lang=language), load(name)
    for number, example in enumerate(model.info.examples):
        app.button(key=f"example {number}").click().run()
        assert not app.exception
        pieces = [piece.removeprefix("▁") or " " for piece in model.encode(example).tokens]  # a space may stand alone
        assert seen(app).source == "".join(pieces)
        assert not seen(app).notice


@pytest.mark.parametrize("text", DATES)
def test_a_typed_date_is_traced_and_linked(open_app, seen, text):
    app = open_app()
    app.text_input(key="text").set_value(text).run()
    assert seen(app).source == text
    assert seen(app).link.get("text", DATES[0]) == text


def test_peepholes_off_is_another_trace_of_the_same_text(open_app, seen):
    app = open_app()
    on = seen(app).stage
    app.toggle(key="peepholes").set_value(False).run()
    off = seen(app).stage
    assert off["peepholes"] is False and on["peepholes"] is True
    assert off["id"] != on["id"] and off["source"] == on["source"]
    assert seen(app).link == {"peepholes": "0"}
    app.toggle(key="peepholes").set_value(True).run()
    assert seen(app).stage["id"] == on["id"]
    assert not seen(app).link


def test_teacher_forcing_sends_both_runs_and_defaults_to_the_own_answer(open_app, seen):
    app = open_app(text=DATES[0])
    free = seen(app).stage["runs"]
    app.toggle(key="forcing").set_value(True).run()
    field = app.text_input(key="reference")
    assert field.value == "" and field.placeholder == "2025-03-08 (the model's own answer)"
    assert len(free) == 1 and len(seen(app).stage["runs"]) == 2


def test_a_typed_reference_is_the_one_that_is_fed(open_app, seen):
    app = open_app(text=DATES[0], forcing="1")
    app.text_input(key="reference").set_value("2024-12-31").run()
    shown = seen(app).stage["runs"][0]
    assert "".join(shown["reference"][:-1]) == "2024-12-31"
    assert seen(app).link["reference"] == "2024-12-31"


def test_an_example_takes_the_reference_of_another_text_away(open_app):
    app = open_app(text=DATES[0], forcing="1", reference="2025-03-08")
    app.button(key="example 3").click().run()
    assert app.text_input(key="reference").value == ""


def test_the_widgets_of_the_phone_and_of_the_band_are_one(open_app):
    app = open_app()
    app.session_state["more"] = True  # what is closed is not made
    app.run().toggle(key="forcing more").set_value(True).run()
    assert app.toggle(key="forcing").value is True
    app.session_state["more"] = True
    app.run()
    app.text_input(key="reference more").set_value("2025-03-09").run()
    assert app.text_input(key="reference").value == "2025-03-09"


def test_a_link_restores_everything(open_app, seen):
    app = open_app(text=DATES[2], reference="2025-03-09", peepholes="0", forcing="1", lang="ko", step="17.2")
    screen = seen(app)
    assert screen.source == DATES[2]
    assert "".join(screen.stage["runs"][0]["reference"][:-1]) == "2025-03-09"
    assert screen.stage["step"] == "17.2"
    assert screen.stage["peepholes"] is False
    assert app.button(key="run").label == "실행"
    assert not screen.notice


FORGET = '[{"edit":"clamp","quantities":["forget_gate"],"value":0.0,"part":"decoder"}]'
FORCED = '[{"edit":"replace","part":"output","quantity":"token","step":3,"values":[5.0],"layer":0}]'


def test_an_edit_of_the_link_is_applied_and_stays_in_the_link(open_app, seen):
    plain, edited = seen(open_app()), seen(open_app(edits=FORGET))
    assert edited.stage["id"] != plain.stage["id"]
    assert edited.link == {"edits": FORGET}
    assert not edited.notice


def test_an_edit_of_one_step_goes_with_its_text_and_one_of_all_steps_stays(open_app, seen):
    app = open_app(edits=FORCED[:-1] + "," + FORGET[1:])
    app.text_input(key="text").set_value(DATES[1]).run()
    assert seen(app).link == {"text": DATES[1], "edits": FORGET}
    app.selectbox(key="model").set_value("dates-sink").run()
    assert "edits" not in seen(app).link


def test_an_edit_that_does_not_fit_is_named_and_the_last_trace_stays(open_app, seen):
    row = '[{"edit":"replace","part":"attention","quantity":"weights","step":0,"values":[0.5,0.5]}]'
    screen = seen(open_app(text=DATES[0], edits=row))
    assert screen.notice.startswith("The change does not fit this model and sentence")
    assert screen.source == load("dates").info.examples[0]


def test_the_picture_follows_the_keyboard_and_the_link_what_is_entered(open_app, seen):
    app = open_app(text=DATES[0])
    app.session_state["stored typed"] = DATES[1]
    app.run()
    screen = seen(app)
    assert screen.source == DATES[1] and screen.stage["live"] is True
    assert screen.link == {"text": DATES[0]}
    assert app.text_input(key="text").value == DATES[0]
    app.text_input(key="text").set_value(DATES[2]).run()
    assert seen(app).source == DATES[2]


def test_a_link_for_a_class_hides_controls_and_locks_the_model(open_app, seen):
    app = open_app(hide="examples,switches,inspector", lock="1", predict="1")
    assert not [button for button in app.button if str(button.key).startswith("example ")]
    assert not {"peepholes", "forcing"} & {toggle.key for toggle in app.toggle}
    assert app.selectbox(key="model").disabled
    assert seen(app).stage["inspector"] is False and seen(app).stage["predict"] is True
    assert seen(app).link == {"hide": "examples,switches,inspector", "lock": "1", "predict": "1"}
    app.text_input(key="text").set_value(DATES[1]).run()
    assert seen(app).link["hide"] == "examples,switches,inspector"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"model": "nothing"}, "There is no model “nothing”; there are "),
        ({"step": "abc"}, "The link says step=“abc”"),
        ({"peepholes": "x"}, "The link says peepholes=“x”"),
        ({"lang": "xx"}, "The link says lang=“xx”"),
        ({"hide": "warmth"}, "The link says hide=“warmth”"),
        ({"edits": "[7]"}, "The link says edits=“[7]”"),
        ({"text": ""}, "There is nothing to read"),
        ({"text": " \t "}, "There is nothing to read"),
        ({"text": "7" * 10_000}, "The text has 10000 characters and the model reads at most "),
    ],
    ids=["model", "step", "peepholes", "language", "hide", "edits", "no text", "white space", "10,000 characters"],
)
def test_a_bad_link_gives_one_sentence_and_a_working_screen(open_app, seen, address, sentence):
    screen = seen(open_app(**address))
    assert screen.notice.startswith(sentence)
    assert screen.source == load("dates").info.examples[0]


def test_a_sentence_about_the_link_goes_with_the_next_thing_looked_at(open_app, seen):
    app = open_app(model="nothing")
    app.text_input(key="text").set_value(DATES[1]).run()
    assert not seen(app).notice
    assert seen(app).link == {"text": DATES[1]}


def test_a_text_that_cannot_be_read_leaves_the_last_trace_on_the_stage(open_app, seen):
    app = open_app()
    app.text_input(key="text").set_value(DATES[1]).run()
    app.text_input(key="text").set_value("1" * 300).run()
    screen = seen(app)
    assert screen.notice.startswith("The text has 300 characters")
    assert screen.notice.endswith(f"The picture is still that of “{DATES[1]}”.")
    assert screen.source == DATES[1]
    assert app.text_input(key="text").value == "1" * 300


def test_a_reference_that_cannot_be_written_is_named_and_the_free_run_shown(open_app, seen):
    app = open_app(text=DATES[0], forcing="1", reference="1" * 300)
    screen = seen(app)
    assert screen.notice.startswith("The reference has 300 characters")
    assert screen.source == DATES[0] and len(screen.stage["runs"]) == 1


@pytest.mark.parametrize("address", [{"text": "8 漢字 2025"}, {"text": DATES[0], "forcing": "1", "reference": "漢字"}])
def test_unknown_characters_are_named_and_traced_all_the_same(open_app, seen, address):
    screen = seen(open_app(**address))
    assert screen.notice.startswith("The model has never seen “漢 字”, so it reads unknown marks there.")
    assert screen.source == address["text"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"model": "en-fr", "text": "שלום"}, "The model has never seen Hebrew, so its answer is a guess."),
        ({"model": "en-fr", "text": "שלום", "lang": "ko"}, "답은 짐작일 뿐입니다: 히브리 문자."),
        ({"model": "pronounce", "text": "ice cream"}, "The model has never seen SPACE (U+0020), so it reads an"),
        ({"model": "pronounce", "text": "ice cream", "lang": "ko"}, "공백 (U+0020)."),
        ({"text": "8 mars\x00 2025"}, "The model has never seen NULL (U+0000), so it reads an unknown mark there."),
        ({"text": "03/04/2025"}, "“03/04/2025” can be read as 2025-04-03 or 2025-03-04."),
        ({"text": "03/04/25", "lang": "ko"}, "“03/04/25”: 2003-04-25, 2025-04-03, 2025-03-04 가운데"),
        ({"text": "March 8, '25"}, "it guesses the century."),
        ({"text": "March 8, '25", "lang": "ko"}, "세기는 짐작입니다."),
        ({"text": "March 2025"}, "The text names no day, so the model makes it up."),
        ({"text": "2025", "lang": "ko"}, "글에 없는 것을 모델이 지어냅니다: 월, 일."),
        ({"text": "Sunday, noonday", "lock": "1"}, "has never seen the word “noonday”. The text names no date, so the"),
        ({"text": "Sunday, noonday", "lock": "1", "lang": "ko"}, "“noonday”. 글에 날짜가 없어서 답은 짐작입니다."),
        ({"text": "31. April 2025"}, "There is no day 2025-04-31."),
        ({"text": "31. April 2025", "lang": "ko"}, "없는 날짜입니다: 2025-04-31."),
        ({"text": "Friday, March 8, 2025"}, "2025-03-08 is not a “Friday”."),
        ({"text": "Friday, March 8, 2025", "lang": "ko"}, "2025-03-08의 요일은 “Friday”가 아닙니다."),
        ({"text": "March 8, 2025 to April 2, 2025"}, "The text has more than one date, and the model writes one."),
        ({"text": "March 8, 2025 to April 2, 2025", "lang": "ko"}, "모델은 하나만 씁니다."),
        ({"text": "Marhc 8, 2025"}, "By rule the text says 2025-03-08."),
    ],
)
def test_a_remark_names_scripts_and_what_nobody_sees(open_app, seen, address, said):
    assert said in seen(open_app(**address)).notice


@pytest.mark.parametrize("text", ["\u300020 mars 2025", "\ufeff20 mars\u00a02025", "20\u200b mars 2025\u00ad"])
def test_what_nobody_sees_is_no_matter(open_app, seen, text):
    screen = seen(open_app(text=text))
    assert not screen.notice and screen.source == "20 mars 2025"
    assert screen.app.text_input(key="text").value == text


@pytest.mark.parametrize("text", ["a" + "\u0301\u0323" * 9_000, "🇰🇷" * 9_000, "\u1100" * 19_000, "x" * 50_000])
def test_a_link_with_a_text_beyond_all_measure_is_refused_without_effort(open_app, seen, text):
    screen = seen(open_app(text=text))
    assert screen.notice.startswith(("The text has ", "The link says text="))
    assert screen.source == load("dates").info.examples[0]


def test_a_parameter_that_is_there_twice_is_named(open_app, seen):
    screen = seen(open_app(text=[DATES[1], DATES[2]]))
    assert screen.notice.startswith(f"The link says text=“{DATES[1]}”") and screen.source == DATES[2]


def test_the_sentences_are_korean_in_korean(open_app, seen):
    nothing = "읽을 문장이 없습니다. 문장을 입력하거나 예문을 고르세요."
    assert seen(open_app(text="", lang="ko")).notice == f"{nothing} 그림은 아직 “{DATES[0]}”의 것입니다."


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<b>8</b> & [x](y) `z` :red[q] $x$"])
def test_markup_that_is_typed_stays_text(open_app, seen, text):
    screen = seen(open_app(text=text, model=text))
    raw = [element.proto.body for element in screen.app.main if element.type == "html"]
    assert screen.notice.startswith("There is no model “<")
    assert not [body for body in raw if "<script" in body or "<b>" in body]


def test_each_of_several_bad_parameters_is_named(open_app, seen):
    notice = seen(open_app(text=DATES[0], peepholes="maybe", step="x")).notice
    assert "peepholes=“maybe”" in notice and "step=“x”" in notice
