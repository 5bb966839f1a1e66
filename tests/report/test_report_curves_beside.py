"""Learning curve and decision curves on figures and page, from made-up summaries."""

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.catalogue import figures
from synthsize.contracts.summaries import SUMMARIES
from synthsize.report import style
from synthsize.report.figures.drawing import Drawing
from synthsize.report.page.curve_sections import benefit_section, learning_section
from synthsize.report.suppression import suppress
from synthsize.report.tables.benefits import benefit_sentences, calibration_table
from synthsize.report.tables.learning import learning_sentences, not_fitted, numbers_in_words

TASKS = {"sepsis": "Sepsis"}
NAMES = names_of(TASKS)
COUNTS = (25, 50, 100, 212)


def learning(
    differences, significant=True, counts=COUNTS, references=("m=0", "weights_vtss"), classifier="logistic"
):
    """One generator's differences at each number of rows, the same against each reference."""
    risk = NAMES.risk_metric(classifier)
    rows = [
        {
            "task": "sepsis",
            "classifier": classifier,
            "generator": generator,
            "positives": 0 if count == counts[-1] else count,
            "n_minority_mean": float(count),
            "n_train_mean": 10.0 * count,
            "n_test_mean": 300.0,
            "metric": risk,
            "subject": subject,
            "criterion": "balanced_loss" if subject == "vtss" else None,
            "multiplier_mean": 1.0,
            "reference": reference,
            "mean_difference": difference,
            "nadeau_bengio_low": difference - 0.02,
            "nadeau_bengio_high": difference + 0.02,
            "normal_low": difference - 0.01,
            "normal_high": difference + 0.01,
            "level": 0.95,
            "n_splits": 10,
            "nadeau_bengio_p": 0.01,
            "significant": significant and abs(difference) > 0.02,
        }
        for generator, own in differences.items()
        for reference in references
        for subject in ("vtss", "fixed")
        for count, difference in zip(counts, own, strict=True)
    ]
    return pd.DataFrame(rows).reindex(columns=list(SUMMARIES["learning_curve"].columns))


HELPS = {"jitter": (-0.05, -0.03, -0.01, 0.0), "smote": (0.0, 0.01, 0.0, 0.0)}


def test_the_sentence_names_where_a_generator_helps_and_where_no_gain_is_resolved():
    (sentence,) = learning_sentences(learning(HELPS), names=NAMES)
    assert sentence.startswith(
        "Sepsis, logistic regression: Gaussian jitter helps at 25 to 50 minority training rows; at 100 to 212 no such "
        "gain is resolved; for SMOTE no gain over raw data and tuned weights alike is resolved at any number "
        "from 25 to 212 minority training rows."
    )
    assert sentence.endswith(", picked out of 8, is -0.050 nats (Gaussian jitter at 25).")


def test_without_any_significant_point_no_generator_helps():
    (sentence,) = learning_sentences(learning(HELPS, significant=False), names=NAMES)
    assert "no generator beats raw data and tuned weights alike at any number from 25 to 212" in sentence
    assert "helps" not in sentence


def test_better_than_raw_data_alone_is_no_help():
    table = learning(HELPS)
    table.loc[table["reference"] == "weights_vtss", "significant"] = False
    assert "no generator beats" in learning_sentences(table, names=NAMES)[0]


def test_no_gain_is_reported_where_a_difference_is_missing():
    table = learning(HELPS)
    raw = table["reference"] == "m=0"
    table.loc[raw & (table["positives"] == 25), "mean_difference"] = np.nan
    (sentence,) = learning_sentences(table, names=NAMES)
    assert "Gaussian jitter helps at 50 minority training rows; at 25, 100 to 212 no such gain" in sentence
    untold = "helps is unknown, because the raw data were not fitted"
    table.loc[raw & (table["generator"] == "jitter"), "mean_difference"] = np.nan
    (sentence,) = learning_sentences(table, names=NAMES)
    assert f"; whether Gaussian jitter {untold}" in sentence
    assert "helps at" not in sentence
    (sentence,) = learning_sentences(table[~raw], names=NAMES)
    assert sentence.startswith(f"Sepsis, logistic regression: whether any generator {untold}")
    assert "helps at" not in sentence


def test_one_number_makes_no_curve_and_what_cannot_be_fitted_is_named():
    single = learning({"jitter": (-0.05,)}, counts=(18,))
    lost = {
        "task": "sepsis",
        "classifier": "logistic",
        "generator": "jitter",
        "note": "not fitted in 4 of 4 splits",
    }
    table = pd.concat([single, pd.DataFrame([lost | {"positives": 25}, lost | {"positives": 50}])])
    section = learning_section(table, NAMES)
    assert section.paragraphs == [
        "Sepsis, logistic regression: one number of minority training rows (18) makes no curve.",
        "Sepsis: not every split has 25, 50 minority training rows that can be cross-validated, so that these points "
        "are left out (learning_curve.positives).",
    ]
    assert not_fitted(single, names=NAMES) == []


def test_points_of_few_patients_are_not_shown():
    table = suppress({"learning_curve": learning(HELPS, counts=(4, 50, 100, 212))}, 10)["learning_curve"]
    section = learning_section(table, NAMES)
    assert "50 to 100" not in section.paragraphs[0]
    assert "from 50 to 212" in section.paragraphs[0]
    assert all("4" not in cell.text.split() for row in section.tables[0].rows for cell in row[4:7])
    everything = suppress({"learning_curve": learning({"jitter": (-0.05,)}, counts=(4,))}, 10)[
        "learning_curve"
    ]
    assert learning_section(everything, NAMES).paragraphs == []


def test_runs_without_the_curves_have_no_sections():
    assert learning_section(None, NAMES).paragraphs == []
    assert benefit_section(None, NAMES, "normal").tables == []


def test_numbers_are_reported_as_ranges_of_neighbours():
    assert numbers_in_words([25, 50, 100, 1600], [True, True, False, True]) == "25 to 50, 1,600"
    assert numbers_in_words([25], [False]) == ""


def benefit(classifier="logistic", loss=-0.03, recalibrated=0.001):
    thresholds = np.array([0.1, 0.2, 0.4])
    curves = [("raw", True, 0.0), ("chosen", True, recalibrated)]
    if classifier == "logistic":
        curves += [
            ("raw", False, 0.0),
            ("prior_shift", False, loss),
            ("prior_shift", True, 0.0),
            ("chosen", False, loss),
        ]
    frames = [
        pd.DataFrame(
            {
                "task": "sepsis",
                "classifier": classifier,
                "recipe": recipe,
                "recalibrated": again,
                "threshold": thresholds,
                "mean": 0.05 - 0.1 * thresholds + change,
                "difference": change,
                "named": thresholds < 0.3,
                "holm_p": 0.01 if abs(change) > 0.005 else 0.5,
                "significant": abs(change) > 0.005,
                **{f"difference_{kind}_{end}": change + side * bool(change) for kind, end, side in ENDS},
                **{f"{kind}_{end}": 0.05 - 0.1 * thresholds + change + side for kind, end, side in ENDS},
                "level": 0.95,
                "n_splits": 10,
                "n_train_mean": 800.0,
                "n_test_mean": 200.0,
                "multiplier_mean": 1.0,
                "brier": np.nan if recipe == "treat_all" else 0.11 - change,
                "calibration_intercept": 0.0 if again else -1.5,
                "calibration_slope": 1.0,
            }
        )
        for recipe, again, change in [*curves, ("treat_all", False, -0.02)]
    ]
    return pd.concat(frames).reindex(columns=list(SUMMARIES["net_benefit"].columns)).reset_index(drop=True)


ENDS = [
    (kind, end, side)
    for kind in ("normal", "nadeau_bengio")
    for end, side in (("low", -0.005), ("high", 0.005))
]


def test_calibration_stands_beside_decisions_once_per_recipe():
    rows = calibration_table(benefit(), names=NAMES)
    found = rows.set_index(["recipe", "recalibrated"])["calibration_intercept"].to_dict()
    assert found == {
        **{("raw data", True): 0.0, ("raw data", False): -1.5, ("shifted prior", False): -1.5},
        **{("chosen recipe", True): 0.0, ("chosen recipe", False): -1.5},
    }
    for found, shown in ((benefit(), True), (benefit().assign(brier=np.nan), False)):
        tables = {table.name for table in benefit_section(found, NAMES, "normal").tables}
        assert ("decision_calibration" in tables) == shown


def test_losses_as_fitted_and_nothing_resolved_after_recalibration():
    (sentence,) = benefit_sentences(benefit(), names=NAMES)
    assert sentence == (
        "Sepsis, logistic regression, against the raw fit at 10% and 20%: as fitted a loss in 4 of 4 comparisons, the "
        "largest with the mean 30.0 true positives per 1,000 patients (shifted prior, at 10%); recalibrated none of 2 "
        "differences is resolved, the largest of which has the mean +1.0 true positives per 1,000 patients (chosen "
        "recipe, at 10%)."
    )


def test_margins_are_reported_recalibrated_alone():
    table = benefit("svm", recalibrated=0.02)
    (sentence,) = benefit_sentences(table, names=NAMES)
    assert "as fitted" not in sentence
    assert "recalibrated a gain in 2 of 2 comparisons, the largest with the mean 20.0" in sentence
    shown, *_ = benefit_section(table, NAMES, "nadeau_bengio").tables
    assert "are margins and claim no probability" in shown.text


def test_the_table_holds_a_few_thresholds_and_no_difference_of_the_reference():
    shown, *_ = benefit_section(benefit(), NAMES, "nadeau_bengio").tables
    thresholds = {row[3].text for row in shown.rows}
    assert thresholds == {"10%", "20%"}
    assert all(row[-2].text == "\N{EN DASH}" for row in shown.rows if row[1].text == "Raw data")
    assert any(row[-2].text == "-30.0 (-35.0 to -25.0)" for row in shown.rows)
    assert "what validation chose among all recipes" in shown.text


def test_a_best_generator_is_not_called_the_chosen_recipe(drawing):
    table = benefit().replace({"recipe": {"chosen": "best_generator"}})
    shown, *_ = benefit_section(table, NAMES, "nadeau_bengio").tables
    assert "best generator at its validated size" in benefit_sentences(table, names=NAMES)[0]
    assert "did not choose among all recipes" in shown.text
    found = drawing("net_benefit", table)
    labels = [words.get_text() for words in found.draw().legends[0].get_texts()]
    assert "best generator at its validated size" in labels
    assert "chosen recipe" not in labels


@pytest.fixture
def drawing():
    def make(figure, table, classifier="logistic", positives=150):
        entry = figures.entries()[figure]
        sizes = pd.DataFrame(
            {"task": ["sepsis"], "label": "Sepsis", "positives": positives, "negatives": 850}
        )
        tables = {figure: table, "table1": sizes}
        shown = {name: tables[name] for name in entry.tables}
        return Drawing(entry, NAMES, classifier, shown, {"interval": "nadeau_bengio", "suppress_below": 10})

    return make


def test_the_figure_of_the_learning_curve_shows_every_point_and_marks_the_resolved(drawing):
    found = drawing("learning_curve", learning(HELPS))
    figure = found.draw()
    figure.draw_without_rendering()
    assert len(figure.axes) == 2  # raw data and weights
    panel = figure.axes[1]
    assert panel.get_xscale() == "log"
    assert [tick.get_text() for tick in panel.get_xticklabels()] == ["212", "100", "50", "25"]
    resolved = [line for line in panel.lines if line.get_gid() == "resolved"]
    assert sum(len(line.get_xdata()) for line in resolved) == 2
    assert "significant after Holm's adjustment" in found.caption({})
    assert len(found.numbers().rows) == 2 * 2 * 2 * 4  # generators, references, sizes, numbers


def test_a_curve_of_one_point_and_one_split_is_drawn(drawing):
    table = learning({"jitter": (-0.05,)}, counts=(18,))
    table[["nadeau_bengio_low", "nadeau_bengio_high", "nadeau_bengio_p"]] = np.nan
    found = drawing("learning_curve", table.assign(n_splits=1, significant=False))
    found.draw().draw_without_rendering()
    assert "no interval can be given" in found.caption({})


def test_a_curve_of_few_patients_alone_is_drawn_without_points(drawing):
    figure = drawing("learning_curve", learning({"jitter": (-0.05,)}, counts=(4,))).draw()
    assert [text.get_text() for text in figure.axes[0].texts] == ["no result"]


@pytest.mark.parametrize(("classifier", "panels"), [("logistic", 2), ("svm", 1)])
def test_decision_curves_have_a_column_for_risks_as_fitted_where_there_are_any(drawing, classifier, panels):
    found = drawing("net_benefit", benefit(classifier), classifier)
    figure = found.draw()
    figure.draw_without_rendering()
    assert len(figure.axes) == panels
    raw = next(line for line in figure.axes[0].lines if line.get_gid() == "raw")
    assert raw.get_ydata() == pytest.approx([40.0, 30.0, 10.0])
    assert ("claim no probability" in found.caption({})) == (classifier == "svm")
    assert found.numbers().rows


def test_decision_curves_tell_no_class_size_that_is_hidden(drawing):
    found = drawing("net_benefit", benefit().assign(note=""), positives=9)
    panels = found.draw().axes
    assert [[text.get_text() for text in panel.texts if text.get_text()] for panel in panels] == [
        ["hidden"]
    ] * 2
    assert found.caption({}).endswith("Hidden: Sepsis, whose class sizes would follow.")
    benefits = {row[4].text for row in found.numbers().rows}
    assert benefits == {style.MISSING}
