"""The tree of a beam search: words as they are written, each beside its probability; what is pointed at is told."""

import re

import pytest
from playwright.sync_api import expect

OVERLAPS = """svg => {
  const texts = [...svg.querySelectorAll("text")].filter(text => text.textContent.trim())
  const boxes = texts.map(text => [text.textContent, text.getBoundingClientRect()])
  return boxes.flatMap(([a, one], i) => boxes.slice(i + 1).filter(([, two]) =>
    one.left < two.right - 1 && two.left < one.right - 1 && one.top < two.bottom - 3 && two.top < one.bottom - 3
  ).map(([b]) => `${a} over ${b}`))
}"""


@pytest.mark.parametrize(
    ("model", "text", "word"), [("en-fr", "I went to the cinema today.", "aujourd'hui"), ("ko-pronounce", "국물", "궁")]
)
def test_no_number_lies_over_a_word_and_pieces_are_joined(window, model, text, word):
    screen = window().open(model=model, text=text, step="1")
    screen.page.locator(".st-key-tool_0 button").first.click()
    tree = screen.page.locator(".st-key-figure_beam svg.marks")
    expect(tree).to_be_visible()
    expect(tree.get_by_text(word, exact=True).first).to_be_attached()
    assert tree.evaluate(OVERLAPS) == []
    tree.get_by_text(word, exact=True).first.hover()
    said = screen.page.locator("#s2s-said")
    expect(said).to_contain_text(re.compile(rf"“{word}”: p = [\d.]+ at step \d+.*, log p = −[\d.]+ from the start"))
    expect(said.get_by_role("link")).to_have_attribute("href", re.compile("chapter="))
