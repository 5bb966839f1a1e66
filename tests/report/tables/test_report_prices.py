"""The price of each shortcut as a table to read."""

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.report.page.price_section import price_section
from synthsize.report.tables.prices import price_table, unpriced_shortcuts

LABELS = {"shock": "Septic shock", "death": "Death"}


def prices(criteria=("balanced_accuracy", "balanced_loss"), shortcuts=("landmark", "oracle")):
    rows = [
        {
            "shortcut": shortcut,
            "task": task,
            "classifier": classifier,
            "generator": "smote",
            "subject": subject,
            "criterion": criterion,
            "metric": metric,
        }
        for shortcut in shortcuts
        for task in ("death", "shock")
        for classifier in ("svm", "logistic")
        for subject, criterion in (("m=1", ""), *(("vtss", criterion) for criterion in criteria))
        for metric in ("balanced_risk", "excess_risk", "multiplier")
        if (subject, metric) != ("m=1", "multiplier")
    ]
    frame = pd.DataFrame(rows)
    frame["mean_difference"] = np.arange(len(frame)) / 10
    return frame.assign(
        leak_free_mean=frame["mean_difference"] + 7,
        nadeau_bengio_low=frame["mean_difference"] - 1,
        nadeau_bengio_high=frame["mean_difference"] + 1,
        normal_low=frame["mean_difference"] - 0.5,
        normal_high=frame["mean_difference"] + 0.5,
        level=0.95,
        n_splits=3,
        holm_p=0.5,
        pairing=np.where(frame["shortcut"] == "oracle", "rows", "number"),
        note="",
    )


def test_a_row_holds_what_the_shortcut_changes_at_the_choice_of_balanced_loss():
    frame = prices()
    table = price_table(frame, names=names_of(LABELS))
    assert len(table) == 2 * 2 * 2
    first = table.iloc[0]
    assert first[["task", "classifier", "generator", "shortcut"]].tolist() == [
        "Septic shock",
        "Logistic regression",
        "SMOTE",
        "Undersampled oracle",
    ]
    own = frame.query(
        "shortcut == 'oracle' and task == 'shock' and classifier == 'logistic' and criterion == 'balanced_loss'"
    ).set_index("metric")
    for metric, name in (("excess_risk", "excess"), ("balanced_risk", "risk"), ("multiplier", "multiplier")):
        assert first[name] == own.loc[metric, "mean_difference"]
        assert first[f"{name}_low"] == own.loc[metric, "nadeau_bengio_low"]
        assert first[f"{name}_high"] == own.loc[metric, "nadeau_bengio_high"]
    assert first["start"] == own.loc["excess_risk", "leak_free_mean"]
    assert set(table["pairing"]) == {"same rows", "separate splits"}


@pytest.mark.parametrize("criteria", [("balanced_accuracy",), ("balanced_loss",)])
def test_one_criterion_is_enough(criteria):
    assert len(price_table(prices(criteria), names=names_of(LABELS))) == 8


def test_a_shortcut_that_was_not_turned_is_distinguished(tmp_path):
    nowhere = {"shortcut": "item_ids", "task": "", "subject": "", "note": "source 'own' has no concept set"}
    frame = pd.concat([prices(), pd.DataFrame([nowhere])], ignore_index=True)
    frame.to_csv(tmp_path / "shortcuts.csv", index=False)
    for version in (frame, pd.read_csv(tmp_path / "shortcuts.csv")):
        assert unpriced_shortcuts(version) == ["Published item ids: source 'own' has no concept set."]
        assert len(price_table(version, names=names_of(LABELS))) == 8


def test_nothing_priced_gives_no_row():
    assert price_table(prices()[:0], names=names_of(LABELS)).empty


def test_the_interval_is_the_one_asked_for():
    table = price_table(prices(), names=names_of(LABELS), interval="normal")
    assert (table["excess_high"] - table["excess"]).to_numpy() == pytest.approx(0.5)


def test_the_section_has_a_table_per_classifier_and_says_what_was_not_turned():
    nowhere = {"shortcut": "item_ids", "task": "", "subject": "", "note": "no such set"}
    frame = pd.concat([prices(), pd.DataFrame([nowhere])], ignore_index=True)
    section = price_section(frame, names_of(LABELS), "nadeau_bengio")
    assert [table.name for table in section.tables] == ["shortcuts_logistic", "shortcuts_svm"]
    assert "Change of excess risk (nats)" in " ".join(section.tables[0].headers)
    assert section.paragraphs == ["Published item ids: no such set."]
    assert price_section(None, names_of(LABELS), "nadeau_bengio").tables == []
