import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.report.content import Cell, Column, Figure, Section, estimate, make_table
from synthsize.report.page.checks_section import audit_by_item, checks_section
from synthsize.report.page.cohort_section import coverage_by_quantity
from synthsize.report.page.result_sections import results_section
from synthsize.report.page.sections import standard_sections
from synthsize.report.page.writing import render_page
from synthsize.report.tables.summary import summary_table

SETTINGS = {"interval": "nadeau_bengio", "suppress_below": 10}


class Balance(HTMLParser):
    """Notes tags that close out of order, and every address that the page would load."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.addresses = [], [], []

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_an_incomplete_run_says_first_what_it_lacks_and_repeats_it_at_the_tables_concerned(write, tables):
    reasons = {"sepsis": "no patient is positive", "mortality/svm/smote": "ValueError: <broken>"}
    html = write(tables, left_out=reasons)
    assert html.index('<section id="incomplete">') < html.index('<section id="run">')
    assert "In-hospital death: linear SVM, SMOTE" in html
    results, cohort, checks = (
        re.search(f'<section id="{anchor}">.*?</section>', html, flags=re.DOTALL).group()
        for anchor in ("results", "cohort", "checks")
    )
    assert "ValueError: &lt;broken&gt;" in results
    assert "Sepsis (no patient is positive)" in results
    assert "Sepsis (no patient is positive)" in cohort
    assert "broken" not in cohort  # the cohort of a task is whole where one of its cells is not
    assert "no patient is positive" not in checks


def test_a_complete_run_lists_nothing_missing(write, tables):
    assert "incomplete" not in write(tables).lower()


def test_opens_offline_and_is_well_formed(write, tables):
    html = write(tables)
    page = Balance()
    page.feed(html)
    assert page.wrong == []
    assert page.open == []
    assert all(address.startswith(("#", "data:image/png;base64,")) for address in page.addresses)
    assert not re.search(r"<script [^>]*src|@import|url\(|https?:", html)
    targets = {address[1:] for address in page.addresses if address.startswith("#")}
    places = re.findall(r' id="([^"]+)"', html)
    assert targets == set(places)
    assert len(places) == len(set(places))


def test_every_table_is_there_in_readable_numbers(write, tables):
    html = write(tables)
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", html)
    for text in (
        "58,976",
        "1 : 11.09",
        "50%",
        "12.3%",
        "4,200.0",
        "C.csv.gz",
        "-3.12%",
        "330,712,483",
        "4,711",
        "9,000",
    ):
        assert text in cells
    assert "/data/here" not in html
    headers = re.findall(r"<th [^>]*>([^<]*)</th>", html)
    assert "CareVue (n\u00a0=\u00a01,200)" in headers
    assert any(re.fullmatch(r"0\.\d{4} \(-?0\.\d{4} to 0\.\d{4}\)", cell) for cell in cells)
    assert "None arose." in html


def test_small_counts_are_hidden_unless_the_setting_says_otherwise(write, tables):
    tables["attrition"].loc[1] = ["of these positive: Sepsis", 7, 6, None]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", write(tables))
    assert (
        cells.count("<10".replace("<", "&lt;")) == 4
    )  # admissions and patients, source rows, rows of a file
    assert "7" not in cells
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", write(tables, suppress_below=0))
    assert cells.count("7") == 2
    assert "&lt;10" not in cells


def test_controls_stand_by_classifier_and_the_diagnosis_is_in_plain_words(write, tables):
    html = write(tables)
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", html)
    assert "0.0200 (0.0100 to 0.0300)" in cells
    assert "Without synthetic rows: Linear SVM" in html
    assert "In-hospital death: not resolved." in html
    assert "1.30 (1.10 to 1.70)" in cells


def test_without_a_diagnosed_classifier_there_is_no_diagnosis(write, tables, fake_diagnosis):
    assert "Regime diagnosis" not in write(tables | {"diagnosis": fake_diagnosis[:0]})


def test_text_is_escaped(write, tables):
    assert "<h1>A &lt;run&gt; &amp; more</h1>" in write(tables)


def test_what_is_absent_leaves_no_heading(write, tables):
    html = write({"summary": tables["summary"]})
    assert "Results</h2>" in html
    for heading in ("Cohort</h2>", "Data checks</h2>", "Degenerate cases</h2>"):
        assert heading not in html


def test_rejects_rows_of_patients(write, tables):
    rows = tables["table1"].assign(HADM_ID=1)
    with pytest.raises(ValueError, match="holds hadm_id; a report shows aggregates only"):
        write(tables | {"table1": rows})


def test_a_mean_without_interval_stands_alone():
    column = Column("VTSS", "{:.2f}", ("low", "high"), " ({:.2f} to {:.2f})")
    frame = pd.DataFrame(
        {"vtss": [0.5, 0.5, np.nan], "low": [0.4, np.nan, np.nan], "high": [0.6, np.nan, np.nan]}
    )
    table = make_table(frame, name="t", title="T", text="", columns={"vtss": column})
    assert table.headers == ["VTSS"]
    assert table.rows == [
        [Cell("0.50 (0.40 to 0.60)", 0.5, (0.4, 0.6))],
        [Cell("0.50", 0.5, (None, None))],
        [Cell("\N{EN DASH}", None, (None, None))],
    ]


def test_a_number_that_rounds_to_zero_has_no_sign():
    frame = pd.DataFrame(
        {"gain": [-0.0001, 0.0004, -0.5], "gain_low": [-0.0003, -1.0, -10.0], "gain_high": [0.0, 1e-5, 0.05]}
    )
    table = make_table(
        frame, name="t", title="T", text="", columns={"gain": estimate("Gain", "gain", "{:+.2f}", "95%")}
    )
    assert [row[0].text for row in table.rows] == [
        "0.00 (0.00 to 0.00)",
        "0.00 (-1.00 to 0.00)",
        "-0.50 (-10.00 to +0.05)",
    ]


def test_cells_keep_what_their_text_stands_for():
    frame = pd.DataFrame(
        {"a": ["SMOTE", None], "b": [1234567, 2], "c": [True, False], "d": [0.123456, np.inf]}
    )
    columns = {"b": Column("Rows", "{:,.0f}"), "d": Column("m", "{:.2f}")}
    table = make_table(frame, name="t", title="T", text="", columns=columns)
    assert table.rows == [
        [Cell("SMOTE", "SMOTE"), Cell("1,234,567", 1234567), Cell("yes", True), Cell("0.12", 0.123456)],
        [Cell("\N{EN DASH}", None), Cell("2", 2), Cell("no", False), Cell("inf", np.inf)],
    ]
    assert table.names == [("a",), ("Rows",), ("c",), ("m",)]
    assert table.numeric == [False, True, False, True]


def test_coverage_is_turned_on_its_side():
    coverage = pd.DataFrame(
        {
            "stratum": ["carevue", "all"],
            "admissions": [1, 2],
            "wbc_percent": [10.0, 20.0],
            "sepsis_prevalence_percent": [0.0, 5.0],
        }
    )
    turned = coverage_by_quantity(coverage, names_of({"sepsis": "Sepsis"}))
    assert turned.to_dict("split")["data"] == [
        ["White blood cells", 10.0, 20.0],
        ["Sepsis (prevalence)", 0.0, 5.0],
    ]


def test_audit_keeps_every_row_it_was_given(tables):
    wide = audit_by_item(tables["audit"])
    assert list(wide) == ["variable", "source_table", "item", "scanned", "kept", "out_of_range"]
    assert wide["variable"].tolist() == ["Whole table", "INR"]
    assert wide["item"].tolist() == ["", "51237"]
    assert wide[["scanned", "kept", "out_of_range"]].sum().sum() == tables["audit"]["rows"].sum()


def test_totals_that_differ_are_named_above_their_table():
    expected = pd.DataFrame({"check": ["rows of A", "rows of B"], "verdict": ["equal", "differs"]})
    (table,) = checks_section({"expected": expected}).tables
    assert table.text.startswith("Not as published: rows of B. ")
    (table,) = checks_section({"expected": expected.assign(verdict="equal")}).tables
    assert "Not as published" not in table.text


def test_figures_stand_in_the_section_they_name(png_of, names):
    png = png_of(inches=7.2)
    figures = [Figure(png, "A", "A result.", "results"), Figure(png, "B", "The cohort.", "cohort")]
    sections = standard_sections({}, {}, figures, names, **SETTINGS)
    assert {s.anchor: [f.caption for f in s.figures] for s in sections if s.figures} == {
        "results": ["A result."],
        "cohort": ["The cohort."],
    }
    with pytest.raises(ValueError, match="no section nowhere to hold a figure"):
        standard_sections({}, {}, [Figure(png, "Lost", "Lost.", "nowhere")], names, **SETTINGS)


def test_figures_are_shown_in_proportion_to_their_print(tmp_path, png_of):
    """A figure of one journal column, blown up to the width of the page, would shout."""
    output, widths = tmp_path / "page.html", []
    for inches in (7.2, 3.5):
        figure = Figure(png_of(inches=inches), "Title", "Words.", "results")
        sections = [Section("results", "Results", figures=[figure])]
        render_page(output, title="Title", sections=sections)
        widths.append(float(re.search(r"--width: ([\d.]+)rem", output.read_text().split("<body>")[1])[1]))
    assert widths == [54.0, pytest.approx(54 * 3.5 / 7.2, abs=0.1)]


def test_run_time_and_memory_stand_per_rule():
    rules = pd.DataFrame(
        {
            "rule": ["run_block"],
            "jobs": [12],
            "seconds": [75.4],
            "longest_seconds": [9.6],
            "peak_memory_mb": [None],
        }
    )
    sections = standard_sections({}, {"resources": rules}, [], names_of({}), **SETTINGS)
    table = next(section for section in sections if section.anchor == "resources").tables[0]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["run_block", "12", "75", "10", "\N{EN DASH}"]
    ]


def test_the_page_explains_no_control_that_was_not_run(write, tables):
    controls = tables["controls"]
    assert "thinned at random" in write(tables)
    few = controls[controls["control"].isin(["Class weights", "Tuned threshold"])]
    html = write({**tables, "controls": few})
    assert "without a generator: class weights, which add up to the number of rows; the raw fit with" in html
    assert "estimates no risk (Tuned threshold)." in html
    assert "thinned at random" not in html
    assert "No control was run" in write({**tables, "controls": controls[:0]})


def test_one_split_is_said_to_give_no_interval(write, tables, fake_results, names):
    assert "No interval can be given" not in write(tables)
    _, vtss = fake_results([0, 1, 2], n_splits=1)
    assert "No interval can be given" in write({**tables, "summary": summary_table(vtss, names=names)})


def test_the_summary_names_both_intervals_and_files_hold_those_of_fixed_sizes(tables, names):
    (shown,) = [table for table in results_section(tables, names).tables if table.name == "summary_logistic"]
    both = "(95% normal interval over splits; 95% Nadeau-Bengio interval)"
    place = shown.headers.index(f"Excess risk of VTSS by balanced loss (nats) {both}")
    assert len(re.findall(r"-?0\.\d{4}", shown.rows[0][place].text)) == 5
    fixed = [i for i, header in enumerate(shown.headers) if header.startswith("Excess risk at m\u00a0=")]
    assert len(fixed) == 2
    for i in fixed:
        assert None not in shown.rows[0][i].also
        assert f"{shown.headers[i]}, 95% Nadeau-Bengio interval, low" in shown.names[i]


def test_the_diagnosis_names_its_splits(write, tables):
    tables["diagnosis"] = tables["diagnosis"].assign(n_splits=3)
    assert "first splits (3 splits)" in write(tables)


def test_the_contents_gather_what_shares_a_title(write, tables):
    nav = re.search(r"<nav.*?</nav>", write(tables), flags=re.DOTALL).group()
    title = "Balanced excess risk by synthetic size"
    assert nav.count(title) == 1
    entry = re.search(f"<li>{title}: (.*?)</li>", nav, flags=re.DOTALL).group(1)
    assert re.findall(r">([^<]+)</a>", entry) == ["Logistic regression", "Linear SVM"]


def test_what_two_tables_in_a_row_say_is_said_once(tmp_path):
    tables = [
        make_table(pd.DataFrame({"a": [1]}), name=name, title=name, text=text, columns={})
        for name, text in (("one", "Same."), ("two", "Same."), ("three", "Other."), ("four", "Same."))
    ]
    render_page(tmp_path / "page.html", title="T", sections=[Section("s", "S", tables=tables)])
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert re.findall(r"<p>(\w+\.)</p>", html) == ["Same.", "Other.", "Same."]
