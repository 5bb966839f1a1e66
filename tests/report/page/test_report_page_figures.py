"""The figures of the page: titles, places, and the numbers below them."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from synthsize.catalogue import figures
from synthsize.report.content import Figure
from synthsize.report.figures.drawing import Drawing
from synthsize.report.page.figures import page_figures
from synthsize.report.page.sections import standard_sections


@pytest.fixture
def curves(fake_results):
    curves, _ = fake_results([0, 1, 2])
    calibration = curves[curves["metric"] == "excess_risk"]
    return pd.concat(
        [
            curves,
            calibration.assign(metric="balanced_risk", mean=0.6),
            calibration.assign(metric="log_loss", mean=0.5),
            calibration.assign(metric="calibration_intercept", mean=-1.25),
        ]
    )


@pytest.fixture
def validation(curves):
    rows = curves[curves["metric"] == "balanced_accuracy"]
    return pd.concat([rows.assign(criterion=name) for name in ("balanced_accuracy", "balanced_loss")])


@pytest.fixture
def choices(names):
    shares = {"argmin": (0.0, 0.75, 0.25), "1se": (0.0, 1.0, 0.0)}
    return pd.DataFrame(
        [
            {
                "task": task,
                "classifier": classifier,
                "generator": "smote",
                "criterion": "balanced_loss",
                "rule": rule,
                "multiplier": multiplier,
                "share": share,
            }
            for task, classifier, rule in itertools.product(names.tasks, ("logistic", "svm"), shares)
            for multiplier, share in zip((0.0, 1.0, 2.0), shares[rule], strict=True)
        ]
    )


@pytest.fixture
def bands(names):
    return pd.DataFrame(
        [
            {
                "task": task,
                "classifier": classifier,
                "generator": "smote",
                "metric": "excess_risk",
                "reference": reference,
                "multiplier": multiplier,
                "mean": mean,
                "nadeau_bengio_low": mean - 0.02,
                "nadeau_bengio_high": mean + 0.02,
                "simultaneous_low": mean - 0.05,
                "simultaneous_high": mean + 0.05,
                "level": 0.9,
                "note": np.nan,
            }
            for task, classifier, reference in itertools.product(
                names.tasks, ("logistic", "svm"), ("m=0", "m=1")
            )
            for multiplier, mean in ((0.0, 0.1), (0.5, -0.06), (1.0, 0.0), (2.0, np.nan))
        ]
    )


@pytest.fixture
def drawing(curves, fake_controls, validation, choices, bands, names):
    """Any figure by the name of its file, of the tables given or of made-up ones."""
    made_up = {
        "curves": curves,
        "controls": fake_controls,
        "validation": validation,
        "choices": choices,
        "bands": bands,
    }

    def make(file, **tables):
        entry, classifier = figures.run_figures(figures.entries(), names, ["logistic", "svm"])[file]
        return Drawing(entry, names, classifier, made_up | tables, {"interval": "nadeau_bengio"})

    return make


@pytest.fixture
def figure(tmp_path, drawing):
    def make(name):
        path = tmp_path / f"{name}.png"
        path.with_suffix(".txt").write_text("What it shows.\n", encoding="utf-8")
        (made,) = page_figures({path: drawing(name)})
        return made

    return make


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_a_figure_is_named_by_its_file(figure):
    shown = figure("paired_differences_svm")
    assert (shown.title, shown.section) == ("Paired differences: Linear SVM", "choices")
    assert shown.caption == "What it shows."
    assert shown.anchor == "figure-paired_differences_svm"
    assert figure("missingness_coverage").title == "Measured and missing"


def test_every_place_is_a_section_of_the_page(names):
    entries = figures.entries()
    shown = [Figure(Path(f"{name}.png"), entry.title, "", entry.section) for name, entry in entries.items()]
    sections = standard_sections({}, {}, shown, names, interval="normal", suppress_below=10)
    assert sum(len(section.figures) for section in sections) == len(entries)


@pytest.mark.parametrize("name", ["attrition", "missingness_coverage", "paired_differences_svm"])
def test_no_table_is_shown_twice_in_a_section(figure, name):
    assert figure(name).numbers is None


def test_curves_stand_generator_by_generator(figure, curves):
    table = figure("excess_risk_logistic").numbers
    assert table.headers == ["Task", "m", "SMOTE", "ADASYN", "Borderline-SMOTE", "Gaussian jitter"]
    assert len(table.rows) == 3 * 3  # tasks, multipliers
    first = curves.query(
        "task == 'mortality' and classifier == 'logistic' and generator == 'adasyn' and multiplier == 1 "
        "and metric == 'excess_risk' and interval == 'nadeau_bengio'"
    ).iloc[0]
    row = next(row for row in table.rows if [cell.text for cell in row[:2]] == ["In-hospital death", "1"])
    assert row[3].text == f"{first['mean']:.4f} ({first['low']:.4f} to {first['high']:.4f})"
    assert row[3].value == first["mean"]
    assert "Balanced excess risk (nats)" in table.text
    assert "95% Nadeau-Bengio interval" in table.text


def test_a_cell_without_result_stays_empty(drawing, curves):
    lost = (curves["generator"] == "adasyn") & (curves["task"] == "sepsis")
    table = drawing("excess_risk_svm", curves=curves[~lost]).numbers()
    assert {row[3].text for row in table.rows if row[0].text == "Sepsis"} == {"\N{EN DASH}"}
    assert "\N{EN DASH}" not in {row[3].text for row in table.rows if row[0].text != "Sepsis"}


def test_validation_shows_the_criterion_of_the_figure(figure):
    table = figure("validation_curves_svm").numbers
    assert table.text.startswith("Validation balanced loss, mean")
    assert len(table.rows) == 3 * 3


def test_choices_leave_out_what_was_never_chosen(figure):
    table = figure("chosen_sizes_logistic").numbers
    assert table.headers[-2:] == ["Chosen by best mean", "Chosen by 1-SE rule"]
    assert texts(table)[:2] == [
        ["In-hospital death", "SMOTE", "balanced loss", "1", "75%", "100%"],
        ["In-hospital death", "SMOTE", "balanced loss", "2", "25%", "0%"],
    ]
    assert len(table.rows) == 3 * 2


def test_a_cell_without_a_choice_has_a_row_of_dashes(drawing, choices):
    lost = choices["task"] == "sepsis"
    choices = choices.assign(share=choices["share"].mask(lost))
    rows = texts(drawing("chosen_sizes_svm", choices=choices).numbers())
    dash = "\N{EN DASH}"
    assert [row for row in rows if row[0] == "Sepsis"] == [["Sepsis", "SMOTE", "balanced loss", *[dash] * 3]]
    assert len(rows) == 1 + 2 * 2


def test_the_numbers_of_the_pareto_picture_keep_a_size_without_a_value(drawing, curves):
    lost = (curves["task"] == "sepsis") & (curves["multiplier"] == 2)
    thinned = curves.assign(mean=curves["mean"].mask(lost))
    tables = [drawing("pareto_logistic", curves=frame).numbers() for frame in (curves, thinned)]
    whole, thinned = (texts(table) for table in tables)
    assert [row[:3] for row in thinned] == [row[:3] for row in whole]
    assert ["Sepsis", "SMOTE", "2", *["\N{EN DASH}"] * 3] in thinned


def test_a_threshold_has_no_place_among_risks(drawing, fake_controls):
    rows = texts(drawing("pareto_logistic").numbers())
    assert "threshold" in set(fake_controls["control"])
    assert not any(row[1] == "Tuned threshold" for row in rows)


def test_bands_stand_beside_intervals_with_their_names(figure):
    table = figure("differences_to_balance_svm").numbers
    assert table.headers[2:] == [
        "m",
        "Balanced excess risk minus that at m = 1 (hinge loss)",
        "90% Nadeau-Bengio interval",
        "90% simultaneous band",
        "Whole band lies",
        "What is missing",
    ]
    rows = texts(table)
    dash = "\N{EN DASH}"
    assert [row[2:-1] for row in rows if row[0] == "Sepsis"] == [
        ["0", "0.1000", "0.0800 to 0.1200", "0.0500 to 0.1500", "above"],
        ["0.5", "-0.0600", "-0.0800 to -0.0400", "-0.1100 to -0.0100", "below"],
        ["1", "0.0000", "-0.0200 to 0.0200", "-0.0500 to 0.0500", ""],
        ["2", dash, dash, dash, ""],
    ]
    assert len(rows) == 3 * 4


def test_the_numbers_of_the_pareto_picture_hold_controls_without_a_size(drawing, fake_controls):
    level = fake_controls[fake_controls["metric"] == "excess_risk"].assign(metric="balanced_risk")
    table = drawing("pareto_logistic", controls=level).numbers()
    assert table.headers[3:] == [
        "Balanced risk (nats)",
        "Log-loss (nats)",
        "Calibration intercept (log odds)",
    ]
    assert ["In-hospital death", "SMOTE", "1", "0.6000", "0.5000", "-1.2500"] in texts(table)
    assert any(row[:3] == ["Sepsis", "Class weights", "\N{EN DASH}"] for row in texts(table))
    assert not np.isnan([row[3].value for row in table.rows]).any()
