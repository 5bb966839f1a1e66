"""Decisions and risks by subgroup, against scikit-learn on rows picked by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score
from small_blocks import SETTINGS, analysis_table, run

from synthsize.benchmark.chosen import Choice, Choices
from synthsize.benchmark.refits import Refits
from synthsize.benchmark.split_data import draw_split, read_rows
from synthsize.benchmark.subgroups import count_decisions, group_rows, run_subgroups
from synthsize.contracts.results import EVENTS
from synthsize.contracts.subgroups import SUBGROUPS
from synthsize.errors import InputError

DIMENSIONS = ["sex", "age", "stratum"]
CELL = {"task": "t", "classifier": "logistic", "generator": "smote"}


@pytest.fixture(scope="module")
def table():
    made = analysis_table(n=300, seed=4)
    made["stratum"] = np.where(np.arange(len(made)) % 3 == 0, "east", "west")
    return made


@pytest.fixture(scope="module")
def admissions(table):
    rng = np.random.default_rng(8)
    n = len(table)
    return pd.DataFrame(
        {
            "admission_id": table["admission_id"],
            "sex": rng.choice(["F", "M", None], n, p=[0.5, 0.45, 0.05]),
            "age_years": rng.integers(16, 92, n),
        }
    ).sample(frac=1, random_state=0)


@pytest.fixture(scope="module")
def block(table):
    return run(table)


@pytest.fixture(scope="module")
def found(table, admissions, block):
    chosen = Choices("chosen", {0: Choice("smote", 1.0), 1: Choice("prior_shift", 0.0)})
    return run_subgroups(
        table,
        admissions,
        block.vtss,
        chosen,
        **CELL,
        generators={"smote": {}},
        dimensions=DIMENSIONS,
        splits=[0, 1],
        settings=SETTINGS,
    )


def test_the_groups_of_a_dimension_add_up_to_the_fits_of_the_run(found, block):
    """All groups together have the sensitivity and specificity that the sweep has for the same split."""
    sizes = {"m=0": 0.0, "m=1": 1.0}
    chosen = block.vtss[block.vtss["criterion"] == "balanced_loss"].set_index("split")
    for keys, rows in found.subgroups.groupby(["split", "subject", "dimension"]):
        split, subject, _ = keys
        if subject in ("prior_shift", "chosen"):
            continue
        of_split = block.sweep[block.sweep["split"] == split].set_index("multiplier")
        whole = chosen.loc[split] if subject == "vtss" else of_split.loc[sizes[subject]]
        total = rows[["n", "positives", "true_positives", "true_negatives"]].sum()
        assert total["n"] == rows["n_test"].iloc[0]
        assert total["true_positives"] / total["positives"] == pytest.approx(whole["sensitivity"])
        negatives = total["n"] - total["positives"]
        assert total["true_negatives"] / negatives == pytest.approx(whole["specificity"])


def test_a_group_is_counted_as_scikit_learn_counts_it(table, admissions, block, found):
    rows = read_rows(table, "t", SETTINGS)
    split = draw_split(rows, SETTINGS, 1)
    people = table.sort_values("admission_id").merge(admissions, on="admission_id").iloc[split.test]
    refits = Refits(rows, "logistic", "smote", SETTINGS, block.vtss)
    raw = refits.fit(split, [0.0]).scores(rows.X[split.test])[:, 0]
    shift = np.log((split.y_train == 0).sum() / (split.y_train == 1).sum())
    groups = {
        ("sex", "F"): people["sex"] == "F",
        ("sex", "unknown"): people["sex"].isna(),
        ("age", "65 to 74"): people["age_years"].between(65, 74),
        ("age", "85 and over"): people["age_years"] >= 85,
        ("stratum", "east"): people["stratum"] == "east",
    }
    counts = found.subgroups[found.subgroups["split"] == 1].set_index(["dimension", "group", "subject"])
    for (dimension, group), inside in groups.items():
        labels = people["label"][inside].astype(int)
        for subject, scores in (("m=0", raw), ("prior_shift", raw + shift)):
            own, row = scores[inside], counts.loc[(dimension, group, subject)]
            assert row["n"] == len(labels)
            sensitivity = recall_score(labels, own > 0, zero_division=0)
            assert row["true_positives"] == pytest.approx(sensitivity * labels.sum())
            specificity = recall_score(labels, own > 0, pos_label=0, zero_division=0)
            assert row["true_negatives"] == pytest.approx(specificity * (1 - labels).sum())
            assert row["expected"] == pytest.approx(expit(own).sum())


def test_the_chosen_recipe_is_that_of_each_split_and_a_split_without_one_is_said(
    table, admissions, block, found
):
    counts = found.subgroups.drop(columns=["task", "classifier", "generator"])
    keys = ["split", "dimension", "group"]
    wide = counts.set_index(["subject", *keys]).sort_index()
    for split, same in ((0, "m=1"), (1, "prior_shift")):
        chosen, other = (wide.loc[subject].loc[split] for subject in ("chosen", same))
        pd.testing.assert_frame_equal(chosen, other)
    without = run_subgroups(
        table,
        admissions,
        block.vtss,
        Choices("chosen", {}),
        **CELL,
        generators={},
        dimensions=["stratum"],
        splits=[0],
        settings=SETTINGS,
    )
    assert "chosen" not in set(without.subgroups["subject"])
    assert without.events["event"].tolist() == ["no_choice"]


def test_calibration_is_logistic_recalibration():
    rng = np.random.default_rng(2)
    scores = rng.normal(size=400)
    y = (rng.random(400) < expit(0.5 + 2 * scores)).astype(np.int8)
    fit = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000).fit(scores[:, None], y)
    assert count_decisions(scores, y, estimates=True)["calibration_slope"] == pytest.approx(
        fit.coef_[0, 0], rel=1e-4
    )
    margin = count_decisions(scores, y, estimates=False)
    assert np.isnan(margin["expected"])
    assert margin["true_positives"] == ((scores > 0) & (y == 1)).sum()


def test_a_group_without_positives_is_recorded_and_counted(table, admissions, block):
    lonely = admissions.assign(sex=np.where(admissions["admission_id"] == 1000, "X", "F"))
    found = run_subgroups(
        table.assign(stratum="only"),
        lonely,
        block.vtss,
        **CELL,
        generators={},
        dimensions=["sex", "stratum"],
        splits=[0, 1],
        settings=SETTINGS,
    )
    assert set(found.events["event"]) == {"subgroup_without_class", "one_subgroup"}
    rows = found.subgroups[found.subgroups["group"] == "X"]
    assert set(rows["n"]) <= {0, 1}
    assert rows["calibration_intercept"].isna().all()


def test_results_keep_their_contracts(found, tmp_path):
    SUBGROUPS.write(found.subgroups, tmp_path / "rows.parquet")
    EVENTS.write(found.events, tmp_path / "rows.parquet")


def test_a_margin_is_counted_without_risks(table, admissions):
    block = run(table, splits=[0], classifier="svm")
    found = run_subgroups(
        table,
        admissions,
        block.vtss,
        task="t",
        classifier="svm",
        generator="smote",
        generators={},
        dimensions=["sex"],
        splits=[0],
        settings=SETTINGS,
    )
    assert set(found.subgroups["subject"]) == {"m=0", "m=1", "vtss"}
    assert found.subgroups["expected"].isna().all()


def test_many_strata_are_taken_together(table, admissions):
    many = table.assign(stratum=[f"h{i % 30}" if i < 60 else f"h{i % 11}" for i in range(len(table))])
    groups = group_rows(many, admissions, ["stratum"], "t")["stratum"]
    names = np.unique(groups)
    assert len(names) == 12
    assert (groups == "all others").sum() == 2 * 19
    assert len(groups) == len(table)


@pytest.mark.parametrize(
    ("change", "dimensions", "complaint"),
    [
        (lambda rows: rows.iloc[:-1], ["sex"], "admissions that the admissions table lacks"),
        (lambda rows: rows, ["religion"], "experiment.subgroups names 'religion'"),
    ],
)
def test_what_cannot_be_grouped_is_rejected(table, admissions, change, dimensions, complaint):
    with pytest.raises(InputError, match=complaint):
        group_rows(table, change(admissions), dimensions, "t")


def test_a_grid_without_balance_has_no_fit_at_balance(table, block):
    vtss = block.vtss.assign(multiplier=0.5)
    settings = replace(SETTINGS, multipliers=(0.0, 0.5))
    rows = read_rows(table, "t", settings)
    sizes = Refits(rows, "logistic", "smote", settings, vtss).sizes(0)
    assert sizes == {"m=0": 0.0, "vtss": 0.5}
