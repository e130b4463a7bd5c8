"""One name for each thing, in every language: those of the theory's table, held against the catalogue."""

import re

import pytest
from babel.messages.pofile import read_po

from s2s_ui.locales import catalogue_path
from s2s_ui.locales.__main__ import template

KOREAN = {
    r"forget gates?": "망각 게이트",
    r"input gates?": "입력 게이트",
    r"output gates?": "출력 게이트",
    r"reset gates?": "리셋 게이트",
    r"update gates?": "갱신 게이트",
    r"gates?": "게이트",
    r"cell states?": "셀 상태",
    r"hidden states?": "은닉 상태",
    r"candidate": "후보",
    r"context vector": "컨텍스트 벡터",
    r"contexts?": "컨텍스트",
    r"log-probabilit\w+": "로그 확률",
    r"tokens?": "토큰",
    r"attention": "어텐션",
    r"peepholes?": "핍홀",
    r"teacher forcing": "교사 강요",
    r"encoders?": "인코더",
    r"decoders?": "디코더",
    r"softmax": "소프트맥스",
    r"batch(es)?": "배치",
    r"scaled dot": "스케일드 내적",
    r"units?": "유닛",
    r"layers?": "층",
    r"bias": "편향",
    r"family": "계열",
    r"loss": "손실",
}
"""What stands in an English sentence, and what has to stand in its Korean one."""

NEVER = {
    "en": r"\benerg(y|ies)\b|turns dark|\bmemory cell\b",
    "ko": r"에너지|무대|묶음|축척|가족|기억 셀|토큰 글자",
}
"""Names that a thing had besides its own, and a colour that means one thing in one theme and another in the other."""

PLACE = re.compile(r"\{[^{}]*\}")
ALIGNMENT = {"score", "scores", "scores e (13)"}


def forms(text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.fixture(scope="module")
def korean():
    with catalogue_path("ko").open("rb") as file:
        return {forms(message.id)[0]: " ".join(forms(message.string)) for message in read_po(file) if message.id}


@pytest.mark.parametrize("name", KOREAN)
def test_what_has_a_name_in_english_has_its_name_in_korean(korean, name):
    said = {
        english: text
        for english, text in korean.items()
        if re.search(rf"\b{name}\b", PLACE.sub("", english), re.IGNORECASE)
    }
    assert {english: text for english, text in said.items() if KOREAN[name] not in text} == {}


def test_a_token_is_called_a_character_only_where_characters_are_meant(korean):
    wrong = {
        english: text
        for english, text in korean.items()
        if re.search(r"\btokens?\b", PLACE.sub("", english))
        and re.search(r"글자|단어", text)
        and not re.search(r"\b(characters?|letters?|words?)\b", english)
    }
    assert wrong == {}


def test_the_score_of_a_source_position_is_no_other_score(korean):
    assert {name: korean[name] for name in ALIGNMENT if "정렬 점수" not in korean[name]} == {}


def test_nothing_has_a_second_name(korean):
    english = [form for message in template() if message.id for form in forms(message.id)]
    assert [text for text in english if re.search(NEVER["en"], text, re.IGNORECASE)] == []
    assert [text for text in korean.values() if re.search(NEVER["ko"], text)] == []
