"""A reader trains a model, watches it learn, and opens it on the other screens; nobody is held up."""

import re
import zipfile

import pytest
from playwright.sync_api import expect

LEARNS_MS = 240_000  # other work may share the cores
QUICK = {"new_task": "reverse", "new_size": "32", "new_steps": "300"}


def ordered(screen, **choice):
    """A training of these choices, begun."""
    screen.open_page("train", **choice)
    screen.page.locator(".st-key-train button").click()
    expect(progress(screen)).to_contain_text(re.compile("Update|갱신"), timeout=LEARNS_MS)
    return screen


def progress(screen):
    return screen.page.get_by_test_id("stProgress")


def test_a_model_is_trained_watched_ended_opened_and_taken_home(window):
    screen = ordered(window(), **QUICK | {"new_steps": "2000"})  # it is ended below, before it ends by itself
    page = screen.page
    expect(page.locator(".st-key-figure_losses svg.marks")).to_be_visible(timeout=LEARNS_MS)
    expect(page.locator(".st-key-figure_probe svg.marks")).to_be_visible(timeout=LEARNS_MS)
    guest = window(locale="ko-KR")
    guest.page.goto(page.url)
    expect(progress(guest)).to_contain_text("갱신", timeout=LEARNS_MS)  # whoever has the link watches it too
    expect(page.locator(".st-key-figure_scores svg.marks")).to_be_visible(timeout=LEARNS_MS)
    page.locator(".st-key-end button").click()
    expect(progress(screen)).to_contain_text("Done", timeout=LEARNS_MS)
    expect(progress(guest)).to_contain_text("끝", timeout=LEARNS_MS)
    expect(page.locator(".st-key-figure_born svg.marks")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Checkpoint (zip)").click()
    names = zipfile.ZipFile(download.value.path()).namelist()
    assert {name.partition("/")[2] for name in names} >= {"model.safetensors", "config.json", "CARD.md"}
    page.locator("[class*='st-key-open'] button").click()
    screen.ready()
    expect(screen.sentence).to_have_value("stressed")
    screen.type("abc")
    expect(screen.stage).to_contain_text("Encoder reads · 4")  # the end mark counted
    assert not screen.errors and not guest.errors


def test_a_training_goes_on_while_its_reader_looks_elsewhere_and_while_another_trains(window):
    one, other = ordered(window(), **QUICK | {"new_steps": "4000"}), ordered(window(), **QUICK | {"new_steps": "4000"})
    step = reached(one)
    one.turn_to("gates").turn_to("train")
    assert reached(one) > step
    one.page.reload()
    one.drawn("train")
    assert reached(one) > step
    for screen in (one, other):
        screen.page.locator(".st-key-pause button").click()
        expect(progress(screen)).to_contain_text("Paused", timeout=LEARNS_MS)
    stopped = reached(one)
    one.page.locator(".st-key-go_on button").click()
    expect(one.page.locator(".st-key-pause button")).to_be_visible(timeout=LEARNS_MS)
    expect(progress(one)).to_contain_text(re.compile(r"Update [\d,]+ of"), timeout=LEARNS_MS)
    assert reached(one) >= stopped
    one.page.locator(".st-key-pause button").click()
    expect(progress(one)).to_contain_text("Paused", timeout=LEARNS_MS)


def test_whoever_has_only_the_link_watches_and_the_owners_link_steers(window):
    owner = window().open_page("train", **QUICK | {"new_steps": "4000"})
    pause = ".st-key-pause button"
    owner.page.locator(".st-key-train button").click()
    expect(owner.page.locator(pause)).to_be_visible(timeout=LEARNS_MS)
    address = owner.page.url
    copy = owner.page.locator(".st-key-owner_link button")
    owner.page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    copy.click()
    expect(copy).to_have_text("Copied: whoever has it can steer")
    link = owner.page.evaluate("window.copied")
    assert link.startswith(address.partition("?")[0]) and "#key=" in link and "key=" not in address
    guest = window()
    guest.page.goto(address)
    expect(guest.page.get_by_text("You are watching.")).to_be_visible(timeout=LEARNS_MS)
    assert guest.page.locator(pause).count() == 0
    guest.page.goto(link)  # only what stands behind the # is new, so the page is not loaded again
    expect(guest.page.locator(pause)).to_be_visible(timeout=LEARNS_MS)
    assert "key=" not in guest.page.url
    guest.page.locator(pause).click()
    expect(owner.page.locator(".st-key-go_on button")).to_be_visible(timeout=4 * LEARNS_MS)  # it is prepared first
    assert not owner.errors and not guest.errors


def reached(screen) -> int:
    """The update that the line says."""
    expect(progress(screen)).to_contain_text(re.compile(r"pdate [\d,]+"), timeout=LEARNS_MS)
    found = re.search(r"pdate ([\d,]+)", progress(screen).inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080), (390, 844)])
def test_the_page_is_never_wider_than_the_window(window, width, height):
    screen = window(width, height, phone=width < 600).open_page("train", **QUICK, lang="ko")
    assert screen.overflow() <= 0
    screen.page.locator(".st-key-option-new_task, [class*='st-key-option-new_task']").first.click()
    assert screen.overflow() <= 0


def test_pairs_of_ones_own_are_chosen_in_the_readers_language(window, tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("a,b\n", encoding="utf-8")
    screen = window(locale="ko-KR").open_page("train", new_task="own")
    button = screen.page.locator(".st-key-pairs button").first
    said = button.locator("p").evaluate("p => getComputedStyle(p, '::after').content")
    assert "파일 고르기" in said
    screen.page.locator(".st-key-pairs input[type=file]").set_input_files(path)
    expect(screen.page.locator(".st-key-pairs")).to_contain_text("pairs.csv")
    expect(screen.page.get_by_text("모두 1행")).to_be_visible()  # the server has it, too
    screen.page.locator(".st-key-train button").click()
    expect(screen.notice.first).to_contain_text("학습할 수 없습니다")


def test_the_first_pairs_of_a_file_are_seen_whole_on_a_phone(window, tmp_path):
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("".join(f"{'긴낱말' * 13}{n}\t{'long' * 9}{n}\n" for n in range(120)), "utf-8")
    screen = window(390, 844, phone=True, locale="ko-KR").open_page("train", new_task="own")
    screen.page.locator(".st-key-pairs input[type=file]").set_input_files(pairs)
    table = screen.page.locator(".st-key-order").get_by_test_id("stTable")
    expect(table).to_be_visible()
    wider = "table => [table, ...table.querySelectorAll('*')].some((each) => each.scrollWidth > each.clientWidth + 1)"
    assert not table.evaluate(wider)
    assert not screen.idle().hindrances()
