import numpy as np
import pandas as pd
import pytest

from synthsize.report.page.result_sections import metrics_section
from synthsize.report.tables.metrics import metrics_table


@pytest.fixture
def results(fake_results, fake_controls):
    curves, vtss = fake_results([0, 0.5, 1])
    vtss["multiplier_median"] = vtss["criterion"].map({"balanced_loss": 0.8, "balanced_accuracy": 0.3})
    return curves, vtss, fake_controls


def rows_of(table, task="Sepsis", classifier="Logistic regression"):
    return table[(table["task"] == task) & (table["classifier"] == classifier)].set_index("method")


def test_raw_data_m_1_vtss_and_controls_stand_below_one_another(results, names):
    rows = rows_of(metrics_table(*results, names=names))
    assert rows.index.tolist() == [
        "Raw data, m = 0",
        *(
            f"{generator}, {way}"
            for generator in ("SMOTE", "ADASYN", "Borderline-SMOTE", "Gaussian jitter")
            for way in ("m = 1", "VTSS")
        ),
        "Shifted prior",
        "Class weights",
        "Minority weights, m = 1",
        "Random oversampling, m = 1",
        "Random undersampling",
        "Tuned threshold",
    ]
    assert rows["multiplier"].head(3).tolist() == [0.0, 1.0, 0.8]
    curves = results[0]
    naive = curves.query(
        "task == 'sepsis' and classifier == 'logistic' and generator == 'smote' and multiplier == 1"
        " and metric == 'balanced_accuracy' and interval == 'nadeau_bengio'"
    ).squeeze()
    found = rows.loc["SMOTE, m = 1", ["balanced_accuracy", "balanced_accuracy_low", "balanced_accuracy_high"]]
    assert found.tolist() == naive[["mean", "low", "high"]].tolist()


def test_raw_data_come_from_the_controls_where_the_grid_lacks_them(results, names):
    curves, vtss, controls = results
    table = metrics_table(curves[curves["multiplier"] > 0], vtss, controls, names=names)
    level = controls.query("control == 'none' and metric == 'balanced_accuracy'")["mean"].iloc[0]
    assert rows_of(table).loc["Raw data, m = 0", "balanced_accuracy"] == level


def test_without_controls_and_vtss_the_curves_still_have_rows(results, names):
    curves, vtss, controls = results
    rows = rows_of(metrics_table(curves, vtss[:0], controls[:0], names=names))
    assert len(rows) == 1 + 4


def test_a_part_without_values_is_no_table(results, names):
    table = metrics_table(*results, names=names)
    logistic = table["classifier"] == "Logistic regression"
    table = table.assign(brier=np.where(logistic, 0.1, np.nan), auroc=0.8)
    for metric in ("brier", "auroc"):
        table = table.assign(
            **{f"{metric}_low": table[metric] - 0.05, f"{metric}_high": table[metric] + 0.05}
        )
    section = metrics_section({"metrics": table}, names, "nadeau_bengio")
    assert [shown.name for shown in section.tables] == [
        "calibration_logistic",
        "decisions_logistic",
        "decisions_svm",
    ]
    first = section.tables[0]
    assert first.headers[-1] == "Brier score (95% Nadeau-Bengio interval)"
    assert first.rows[0][-1].text == "0.100 (0.050 to 0.150)"
    assert pd.Series([shown.folded for shown in section.tables]).all()
