"""The page as a reader has it before them: in a browser, on a laptop and on a phone, without a network."""

import os
import shutil

import pandas as pd
import pytest
from playwright.sync_api import sync_playwright

from synthsize.report import style
from synthsize.report.content import Column, Figure, Section, make_table
from synthsize.report.page.writing import render_page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SCREENS = {"laptop": (1366, 768), "phone": (390, 844)}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH to open the page in")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium refuses to run as root with one
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def view(browser):
    """Open a file in a window of its own; what goes wrong there is gathered in `page.trouble`."""
    contexts = []

    def call(path, screen="laptop", **options):
        width, height = SCREENS[screen]
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)  # ms
        page.trouble, page.requests = [], []
        page.on("console", lambda message: page.trouble.append(message.text))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("request", lambda request: page.requests.append(request.url))
        page.route("**/*", lambda route: route.continue_() if is_local(route.request.url) else route.abort())
        page.goto(path.as_uri())
        return page

    yield call
    for context in contexts:
        context.close()


def is_local(url):
    return url.startswith(("file:", "data:"))


@pytest.fixture
def report(write, tables, tmp_path):
    """A page with every table, folded ones among them."""
    write(tables)
    return tmp_path / "report.html"


@pytest.fixture
def small(tmp_path):
    """A page with one table whose order is easily told."""
    frame = pd.DataFrame(
        {
            "name": ["b", "item 10", None, "item 9", "a"],
            "size": [1200.0, float("nan"), -3.0, 1200.0, 0.5],
        }
    )
    columns = {"name": Column("Name"), "size": Column("Size", "{:,.1f}")}
    table = make_table(frame, name="t", title="Table", text="", columns=columns)
    render_page(tmp_path / "small.html", title="Small", sections=[Section("s", "S", tables=[table])])
    return tmp_path / "small.html"


@pytest.mark.parametrize("screen", SCREENS)
def test_it_renders_without_trouble_and_requests_nothing(view, report, screen):
    page = view(report, screen)
    page.wait_for_load_state("networkidle")
    assert page.trouble == []
    assert [url for url in page.requests if not is_local(url)] == []
    assert page.locator("h1").is_visible()
    widths = page.locator("img").evaluate_all(
        "images => images.map(image => image.complete && image.naturalWidth)"
    )
    assert widths
    assert all(widths)


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_reaches_over_the_side_of_the_screen(view, report, screen):
    page = view(report, screen)
    for details in page.locator("details").all():
        details.locator("summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("screen", SCREENS)
def test_every_link_leads_to_a_place_of_the_page(view, report, screen):
    page = view(report, screen)
    links = [link for link in page.locator("a").all() if link.is_visible()]
    assert len(links) > 10
    for link in links:
        target = link.get_attribute("href")
        assert target.startswith("#")
        link.click()
        top = page.locator(f"[id='{target[1:]}']").evaluate("element => element.getBoundingClientRect().top")
        at_end = page.evaluate("window.innerHeight + window.scrollY >= document.body.scrollHeight - 2")
        assert -2 < top < 80 or (at_end and 0 <= top < SCREENS[screen][1]), target


def column(page, place):
    return page.locator(f"tbody td:nth-child({place})").all_inner_texts()


ORDERS = {
    "Name": {
        "ascending": ["a", "b", "item 9", "item 10", style.MISSING],
        "descending": ["item 10", "item 9", "b", "a", style.MISSING],
        None: ["b", "item 10", style.MISSING, "item 9", "a"],
    },
    "Size": {
        "ascending": ["-3.0", "0.5", "1,200.0", "1,200.0", style.MISSING],
        "descending": ["1,200.0", "1,200.0", "0.5", "-3.0", style.MISSING],
        None: ["1,200.0", style.MISSING, "-3.0", "1,200.0", "0.5"],
    },
}


@pytest.mark.parametrize("press", ["click", "Enter", "Space"])
@pytest.mark.parametrize("header", ORDERS)
def test_a_header_sorts_by_mouse_and_by_key(view, small, press, header):
    page = view(small)
    button = page.get_by_role("button", name=header)
    for direction, order in ORDERS[header].items():
        button.click() if press == "click" else button.press(press)
        assert page.locator("th", has=button).get_attribute("aria-sort") == direction
        assert column(page, list(ORDERS).index(header) + 1) == order


def test_rows_of_equal_value_keep_their_order(view, small):
    page = view(small)
    size = page.get_by_role("button", name="Size")
    for _ in range(2):
        size.click()
        names = column(page, 1)
        assert names.index("b") < names.index("item 9")


def test_one_column_sorts_at_a_time(view, small):
    page = view(small)
    for header in ORDERS:
        page.get_by_role("button", name=header).click()
    assert page.locator("th[aria-sort]").all_inner_texts() == [page.locator("th").nth(1).inner_text()]


def test_folded_tables_open(view, report):
    page = view(report)
    folded = page.locator("details").all()
    assert folded
    for details in folded:
        table = details.locator("table")
        assert not table.is_visible()
        details.locator("summary").press("Enter")
        assert table.is_visible()


def test_a_link_to_a_folded_table_unfolds_it(view, tmp_path):
    table = make_table(
        pd.DataFrame({"size": [1]}), name="t", title="Folded", text="", columns={}, folded=True
    )
    path = tmp_path / "folded.html"
    render_page(path, title="Folded", sections=[Section("s", "S", tables=[table])])
    page = view(path)
    assert not page.locator("table").is_visible()
    page.locator("nav a[href='#table-t']").click()
    assert page.locator("table").is_visible()


def test_without_scripts_the_tables_are_whole(view, small):
    page = view(small, java_script_enabled=False)
    assert [text.strip() for text in page.locator("th").all_inner_texts()] == list(ORDERS)
    assert column(page, 1) == ORDERS["Name"][None]


def test_the_words_of_a_figure_are_large_enough_on_a_phone(view, tmp_path, png_of):
    """A page-wide figure prints 6.5 points or more at 7.2 inches; on a phone it must not shrink to the screen."""
    figure = Figure(png_of(inches=7.2), "Title", "Caption.", "s")
    path = tmp_path / "figure.html"
    render_page(path, title="Figure", sections=[Section("s", "S", figures=[figure])])
    page = view(path, "phone")
    width = page.locator("img").evaluate("image => image.getBoundingClientRect().width")
    assert 6.5 * width / (7.2 * 72) > 8  # pixels
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_print_shows_no_marks_of_sorting(view, small):
    page = view(small)
    page.emulate_media(media="print")
    mark = page.locator("th button").first.evaluate("b => getComputedStyle(b, '::after').content")
    assert mark == "none"
    assert not page.locator("nav").is_visible()
