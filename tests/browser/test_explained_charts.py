"""Every label, axis, scale and mark of the charts answers pointer, tap and focus with a sentence of present numbers."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

LEARNS_MS = 240_000  # other work may share the cores
CHARTED = ("gates", "directions", "attention", "why", "gradient", "forcing", "compare")
POINT_AT_ALL = """async () => {
    const said = [];
    for (const figure of document.querySelectorAll('[class*="st-key-figure_"]')) {
        const key = [...figure.classList].find((name) => name.startsWith("st-key-figure_")).slice(14);
        const kinds = {};
        for (const element of figure.querySelectorAll(".stVegaLiteChart svg *")) {
            const item = element.__data__;
            let at = element.getBoundingClientRect();
            if (!element.isConnected || !item?.mark || item.mark.marktype === "group") continue;
            if (!(at.width || at.height)) continue;
            const kind = `${item.mark.role} ${item.mark.name ?? item.mark.marktype}`;
            if ((kinds[kind] = (kinds[kind] ?? 0) + 1) > 3) continue; // three of each kind of mark
            element.scrollIntoView({ block: "center", inline: "center" });
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            at = element.getBoundingClientRect();
            const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];
            const over = { bubbles: true, pointerType: "touch", clientX: x, clientY: y };
            const hit = item.mark.marktype === "text" ? document.elementFromPoint(x, y) : element;
            const sentence = () => document.querySelector("#s2s-said:not([hidden])");
            for (let frame = 0; frame < 100 && !sentence(); frame++) { // a late scrolling puts the box away again
                if (frame % 25 === 0) hit.dispatchEvent(new PointerEvent("pointerover", over));
                await new Promise(requestAnimationFrame);
            }
            if (!element.isConnected) continue; // what is pointed at has been drawn anew
            const shown = sentence();
            const text = shown ? shown.querySelector("p").textContent : "";
            const link = shown?.querySelector("a")?.getAttribute("href") ?? "";
            said.push([key, kind, String(item.text ?? ""), text, link]);
            if (shown) shown.hidden = true;
        }
    }
    return said;
}"""


def all_have_sentences(screen, charts):
    """Wait until so many charts are drawn; everything in them has a sentence with numbers, and a way on."""
    for _ in range(60):  # a page's charts come one after the other
        screen.page.wait_for_timeout(1000)
        said = screen.page.evaluate(POINT_AT_ALL)
        if len({key for key, *_ in said}) >= charts:
            break
    else:
        pytest.fail(f"fewer than {charts} charts have sentences")
    dumb = [(key, kind, words, text) for key, kind, words, text, _ in said if not re.search(r"\d", text)]
    assert not dumb, dumb[:20]
    assert all("/lesson?chapter=" in link for *_, link in said)
    assert not [text for *_, text, _ in said if re.search(r"[{}]|NaN|undefined|–,", text)]
    assert not screen.errors


@pytest.mark.parametrize("name", CHARTED)
def test_all_that_is_drawn_has_a_sentence(window, name):
    screen = window()
    screen.open_page(name)
    all_have_sentences(screen, 2)


def test_all_that_is_drawn_of_a_training_has_a_sentence(window):
    screen = window(locale="ko-KR")
    screen.open_page("train", new_task="reverse", new_size="32", new_steps="300")
    screen.page.locator(".st-key-train button").click()
    expect(screen.page.locator(".st-key-figure_scores svg.marks")).to_be_visible(timeout=LEARNS_MS)
    with suppress(Error):  # a fast machine has ended it by now
        screen.page.locator(".st-key-end button").click(timeout=10_000)
    expect(screen.page.get_by_test_id("stProgress")).to_contain_text("끝", timeout=LEARNS_MS)
    expect(screen.page.locator(".st-key-figure_born svg.marks")).to_be_visible()
    all_have_sentences(screen.idle(), 4)  # losses, scores, where it looks, and how that came about


def test_the_arrow_keys_go_through_a_picture_and_the_way_to_the_link_stays_open(window):
    screen = window()
    screen.open_page("attention")
    box = screen.page.locator("#s2s-said")
    chart = screen.page.locator(".st-key-figure_matrices .stVegaLiteChart")
    screen.page.locator(".st-key-figure_matrices svg.marks path").first.wait_for()
    screen.press("Tab")
    chart.focus()
    screen.press("ArrowRight")
    seen = set()
    for _ in range(8):
        expect(box).to_be_visible()
        seen.add(box.locator("p").inner_text())
        screen.press("ArrowRight")
    assert any(said.startswith("Scores e: how well") for said in seen)
    assert any(said.startswith("Entropy: how spread") for said in seen)
    assert len(seen) >= 6
    assert not screen.hindrances()
    screen.press("Escape")
    expect(box).to_be_hidden()
    words = screen.page.locator(".st-key-figure_matrices svg.marks text", has_text="coverage Σα")
    words.scroll_into_view_if_needed()
    at = words.bounding_box()
    screen.page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)  # Vega lets the pointer through
    screen.page.mouse.move(at["x"] + at["width"] / 2 + 2, at["y"] + at["height"] / 2)
    expect(box).to_contain_text("Coverage Σα: the weights that a source token gets from all outputs")
    box.get_by_role("link").hover()
    screen.page.wait_for_timeout(500)
    expect(box).to_be_visible()
    expect(box.get_by_role("link")).to_have_attribute("href", "./lesson?chapter=7")


def test_a_path_in_space_has_its_sentences_for_the_pointer_and_the_keys(window):
    screen = window()
    screen.open_page("directions", text="8 mars 2025", components="3", lang="ko")
    box = screen.page.locator("#s2s-said")
    plot = screen.page.locator(".st-key-figure_path_forward_space .js-plotly-plot")
    expect(plot).to_have_attribute("tabindex", "0")
    plot.hover(position={"x": 12, "y": 12})
    expect(box).to_contain_text("세 방향으로 그린 경로")
    rows = plot.evaluate("plot => plot.data.map(({ customdata }) => customdata.map(({ token }) => token))")
    assert "".join(rows[0]) == "8␣mars␣2025끝"
    plot.evaluate("plot => plot.emit('plotly_hover', { points: [{ customdata: plot.data[0].customdata[1] }] })")
    expect(box).to_contain_text(re.compile("“8”까지 읽은 상태: 세 축에서 차례로 −?[0-9]"))
    screen.page.mouse.move(0, 0)
    plot.evaluate("plot => plot.focus({ focusVisible: true })")
    said = set()
    for _ in range(4):
        screen.press("ArrowRight")
        said.add(box.locator("p").inner_text())
    assert len(said) == 4 and all(re.search(r"[0-9]", sentence) for sentence in said)
    expect(box.get_by_role("link")).to_have_attribute("href", re.compile("/lesson.*chapter="))
    screen.press("Escape")
    expect(box).to_be_hidden()
    assert not screen.errors
