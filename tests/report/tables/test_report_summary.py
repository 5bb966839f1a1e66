import numpy as np
import pandas as pd
import pytest

from synthsize.report.tables.summary import (
    CONTROL_COLUMNS,
    SUMMARY_COLUMNS,
    controls_table,
    count_events,
    summary_table,
)


def test_summary_by_hand(fake_results, names):
    _, vtss = fake_results([0, 0.5, 1, 1.5])
    table = summary_table(vtss, names=names)
    assert tuple(table) == SUMMARY_COLUMNS
    assert len(table) == 3 * 2 * 4
    row = table[
        (table["task"] == "Sepsis") & (table["classifier"] == "Linear SVM") & (table["generator"] == "SMOTE")
    ].squeeze()
    both = vtss.query(
        "task == 'sepsis' and classifier == 'svm' and generator == 'smote' and metric == 'excess_risk'"
        " and criterion == 'balanced_loss'"
    ).set_index("interval")
    wanted = both.loc["nadeau_bengio"]
    assert row[["raw", "naive"]].tolist() == wanted[["raw_mean", "naive_mean"]].tolist()
    assert row[["best_multiplier", "best"]].tolist() == wanted[["best_multiplier", "best_mean"]].tolist()
    assert row["vtss"] == wanted["mean"]
    for interval, limits in both.iterrows():
        for key, prefix in (("vtss", ""), ("naive", "naive_"), ("raw", "raw_")):
            shown = row[[f"{key}_{interval}_low", f"{key}_{interval}_high"]].tolist()
            assert shown == limits[[f"{prefix}low", f"{prefix}high"]].tolist()
    assert (row["vtss_multiplier"], row["edge_share"], row["n_splits"]) == (0.8, 0.05, 20)
    assert (row["criterion"], row["best_at_edge"]) == ("balanced loss", False)


def test_the_summary_shows_the_only_criterion_there_is(fake_results, names):
    _, vtss = fake_results([0, 1])
    table = summary_table(vtss[vtss["criterion"] == "balanced_accuracy"], names=names)
    assert len(table) == 24
    assert set(table["criterion"]) == {"balanced accuracy"}


def test_cells_without_result_have_a_row_that_says_so(fake_results, names):
    _, vtss = fake_results([0, 1])
    lost = (vtss["task"] == "sepsis") & (vtss["generator"] == "adasyn")
    vtss.loc[lost, ["mean", "low", "high", "best_mean", "best_multiplier", "raw_mean", "naive_mean"]] = np.nan
    gone = (vtss["task"] == "mortality") & (vtss["generator"] == "smote")
    table = summary_table(vtss[~gone], names=names)
    assert len(table) == 24
    silent = table[table["vtss"].isna()]
    assert silent[["task", "generator", "n_splits"]].drop_duplicates().to_numpy().tolist() == [
        ["In-hospital death", "SMOTE", 0],
        ["Sepsis", "ADASYN", 20],
    ]
    assert silent[["raw", "naive", "best"]].isna().all(axis=None)


def test_events_are_counted_and_their_details_left_out(names):
    events = pd.DataFrame(
        [
            ("sepsis", "svm", "adasyn", 0, -1, -1, "fewer_neighbours", "k = 4"),
            ("sepsis", "svm", "adasyn", 0, 2, 1, "fewer_neighbours", "k = 3"),
            ("sepsis", "svm", "adasyn", 7, 2, 1, "fewer_neighbours", "k = 3"),
            ("sepsis", "svm", "borderline_smote", 7, 0, 1, "empty_danger_set", ""),
        ],
        columns=["task", "classifier", "generator", "split", "repeat", "fold", "event", "detail"],
    )
    table = count_events(events, names)
    assert table.to_dict("split")["data"] == [
        ["Sepsis", "Linear SVM", "ADASYN", "fewer neighbours", 1, 2, 2],
        ["Sepsis", "Linear SVM", "Borderline-SMOTE", "empty danger set", 0, 1, 1],
    ]
    assert count_events(events[:0], names).empty


def test_controls_by_hand(fake_controls, names):
    table = controls_table(fake_controls, names=names)
    assert tuple(table) == CONTROL_COLUMNS
    assert len(table) == 3 * (7 + 6)
    first = table[(table["task"] == "In-hospital death") & (table["classifier"] == "Logistic regression")]
    assert first["control"].tolist() == [
        "Raw data",
        "Shifted prior",
        "Class weights",
        "Minority weights",
        "Random oversampling",
        "Random undersampling",
        "Tuned threshold",
    ]
    assert first["multiplier"].fillna(-1).tolist() == [-1, -1, -1, 1, 1, -1, -1]
    row = first.set_index("control").loc["Minority weights"]
    assert row["risk"] == pytest.approx(0.02 + 0.5 * np.exp(-6))
    assert row["risk_high"] == pytest.approx(0.03 + 0.5 * np.exp(-6))
    threshold = first.set_index("control").loc["Tuned threshold"]
    assert np.isnan(threshold["risk"])
    assert threshold["balanced_accuracy"] == 0.8


def test_a_grid_without_one_leaves_out_the_controls_with_sizes(fake_controls, names):
    off = fake_controls[fake_controls["multiplier"] != 1.0]
    table = controls_table(off, names=names)
    assert not table["control"].isin(["Minority weights", "Random oversampling"]).any()
    assert controls_table(fake_controls[:0].astype(object), names=names).empty
