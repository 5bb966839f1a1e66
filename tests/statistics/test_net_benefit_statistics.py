"""Net benefit against its definition, and against a Gaussian population in which it is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit
from scipy.stats import norm, t

from synthsize.contracts.curves import DECISIONS
from synthsize.statistics.net_benefit import BENEFIT_COLUMNS, net_benefit

THRESHOLDS = (0.05, 0.1, 0.3)


def decisions(counts, recipe="raw", recalibrated=False, classifier="logistic"):
    """Rows of splits with 800 training and 200 test rows, 20 of them positive."""
    rows = [
        {
            "task": "t",
            "classifier": classifier,
            "recipe": recipe,
            "split": split,
            "recalibrated": recalibrated,
            "threshold": threshold,
            "method": "smote" if recipe == "chosen" else "",
            "multiplier": 1.0 if recipe == "chosen" else np.nan,
            "n_train": 800,
            "n_test": 200,
            "n_positive": 20,
            "true_positives": true,
            "false_positives": false,
        }
        for split, by_threshold in enumerate(counts)
        for threshold, (true, false) in zip(THRESHOLDS, by_threshold, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(DECISIONS.columns))


RAW = [[(18, 60), (15, 30), (6, 4)], [(17, 50), (14, 33), (7, 5)], [(19, 70), (15, 31), (5, 2)]]
WORSE = [[(20, 150), (19, 110), (15, 60)], [(20, 160), (19, 120), (16, 55)], [(20, 140), (18, 99), (16, 70)]]


@pytest.fixture(scope="module")
def table():
    return net_benefit(pd.concat([decisions(RAW), decisions(WORSE, "chosen")]))


def of(table, recipe, threshold=0.1):
    return table[(table["recipe"] == recipe) & (table["threshold"] == threshold)].iloc[0]


def test_net_benefit_is_true_positives_less_false_ones_at_the_odds(table):
    assert list(table.columns) == list(BENEFIT_COLUMNS)
    by_hand = [(15 - 30 / 9) / 200, (14 - 33 / 9) / 200, (15 - 31 / 9) / 200]
    row = of(table, "raw")
    half = t.ppf(0.975, 2) * np.sqrt(1 / 3 + 200 / 800) * np.std(by_hand, ddof=1)
    assert row["mean"] == pytest.approx(np.mean(by_hand))
    assert row["nadeau_bengio_high"] == pytest.approx(np.mean(by_hand) + half)
    assert row["difference"] == 0.0


def test_everybody_depends_on_prevalence_and_threshold_alone(table):
    for threshold in THRESHOLDS:
        expected = 0.1 - 0.9 * threshold / (1 - threshold)
        assert of(table, "treat_all", threshold)["mean"] == pytest.approx(expected)


def test_differences_are_taken_within_the_split(table):
    pairs = zip(WORSE, RAW, strict=True)
    by_hand = [((a[1][0] - b[1][0]) - (a[1][1] - b[1][1]) / 9) / 200 for a, b in pairs]
    row = of(table, "chosen")
    half = t.ppf(0.975, 2) * np.sqrt(1 / 3 + 200 / 800) * np.std(by_hand, ddof=1)
    assert row["difference"] == pytest.approx(np.mean(by_hand))
    assert row["difference_nadeau_bengio_low"] == pytest.approx(np.mean(by_hand) - half)
    assert row["methods"] == "smote"


def test_margins_are_set_against_their_recalibrated_raw_fit():
    rows = [decisions(RAW, recalibrated=True, classifier="svm"), decisions(WORSE, "chosen", True, "svm")]
    table = net_benefit(pd.concat(rows))
    assert of(table, "chosen")["difference"] == pytest.approx(
        of(table, "chosen")["mean"] - of(table, "raw")["mean"]
    )


def test_recalibrated_risks_are_set_against_the_recalibrated_raw_fit():
    again = [[(true - 1, false + 3) for true, false in split] for split in RAW]
    rows = [decisions(RAW), decisions(again, recalibrated=True), decisions(WORSE, "chosen", True)]
    table = net_benefit(pd.concat(rows))
    raw = table[(table["recipe"] == "raw") & table["recalibrated"] & (table["threshold"] == 0.1)].iloc[0]
    assert raw["difference"] == 0.0
    row = of(table, "chosen")
    assert row["difference"] == pytest.approx(row["mean"] - raw["mean"])
    as_fitted = table[(table["recipe"] == "raw") & ~table["recalibrated"]].set_index("threshold")["mean"]
    everybody = of(table, "treat_all")
    assert everybody["difference"] == pytest.approx(everybody["mean"] - as_fitted[0.1])


def test_tests_at_the_named_thresholds_are_adjusted_together():
    """Holm over three thresholds and two recipes, by statsmodels' rule written out."""
    rows = [decisions(RAW), decisions(WORSE, "chosen"), decisions(RAW[::-1], "weights")]
    table = net_benefit(pd.concat([*rows, decisions(RAW, "prior_shift", True)]))
    tested = table[table["family_size"].notna()]
    assert set(tested["recipe"]) == {"chosen", "weights"}
    assert (tested["family_size"] == 6).all()
    ordered = tested.sort_values("nadeau_bengio_p")
    stepped = np.maximum.accumulate(ordered["nadeau_bengio_p"].to_numpy() * np.arange(6, 0, -1)).clip(max=1)
    assert ordered["holm_p"].to_numpy() == pytest.approx(stepped)
    assert (tested["significant"] == (tested["holm_p"] <= 0.05)).all()
    assert not table.loc[table["family_size"].isna(), "significant"].any()


def test_a_grid_without_a_named_threshold_is_tested_in_its_middle():
    rows = pd.concat([decisions(RAW), decisions(WORSE, "chosen")])
    table = net_benefit(rows.assign(threshold=rows["threshold"] / 2 + 0.002))
    assert table.loc[table["named"], "threshold"].unique() == pytest.approx([0.052])


def test_a_split_without_a_curve_is_named_and_not_averaged():
    table = net_benefit(pd.concat([decisions(RAW), decisions(WORSE[:2], "weights")]))
    row = of(table, "weights")
    assert np.isnan(row["mean"])
    assert row["note"] == "1 of 3 splits lack a value"


def test_no_decisions_give_an_empty_table():
    assert list(net_benefit(decisions([])).columns) == list(BENEFIT_COLUMNS)


def test_true_risks_reach_the_net_benefit_of_a_gaussian_population():
    """Scores normal with unit variance, one apart: sensitivity and specificity at any threshold are known."""
    from synthsize.balance.net_benefit import positives_at

    rng = np.random.default_rng(1)
    n, share = 400_000, 0.1
    y = rng.random(n) < share
    x = rng.normal(size=n) + y
    odds = logit(share) + x - 0.5  # the true log odds
    for threshold, true, false in zip(THRESHOLDS, *positives_at(odds, y, THRESHOLDS), strict=True):
        cut = logit(threshold) - logit(share) + 0.5
        price = threshold / (1 - threshold)
        expected = share * norm.sf(cut - 1) - (1 - share) * norm.sf(cut) * price
        found = (true - price * false) / n
        se = np.sqrt((share * norm.sf(cut - 1) + price**2 * (1 - share) * norm.sf(cut)) / n)
        assert found == pytest.approx(expected, abs=4 * se)
