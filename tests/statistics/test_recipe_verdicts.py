"""Claims about pairs of recipes, and the smallest difference that a cohort could show."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from synthsize.errors import InputError
from synthsize.statistics.recipe_risks import recipes
from synthsize.statistics.references import SAME_FIT
from synthsize.statistics.verdicts import VERDICT_COLUMNS, reach, verdicts

SPLITS = 12


@pytest.fixture
def judged(results):
    """Verdicts on made-up splits: levels of each recipe, with noise that splits share and noise of their own."""

    def make(levels, noise=0.0004, rope=0.01, alpha=0.05):
        rng = np.random.default_rng(3)
        shared = 0.05 * rng.normal(size=SPLITS)

        def around(level):
            return level + shared + noise * rng.normal(size=SPLITS)

        raw = around(levels["none"])
        run = results(
            np.column_stack([raw, around(levels["smote"]), around(0.4)]), [1] * SPLITS, grid=(0.0, 1.0, 2.0)
        )
        simple = {name: around(level) for name, level in levels.items() if name not in ("none", "smote")}
        controls = run.controls(
            weights=np.zeros((SPLITS, 1)),
            grid=(0.0,),
            class_weight=simple.pop("class_weight", np.full(SPLITS, np.nan)),
            **simple,
        )
        controls = controls.dropna(subset=["excess_risk"])
        return run, verdicts(run.sweep, run.vtss, controls, rope=rope, alpha=alpha)

    return make


def of(table, recipe, alternative):
    (row,) = table[(table["recipe"] == recipe) & (table["alternative"] == alternative)].to_dict("records")
    return row


@pytest.mark.parametrize(
    ("gain", "verdict"), [(0.03, "better"), (-0.03, "worse"), (0.001, "same"), (-0.0099, "no better")]
)
def test_each_claim_is_made_where_it_holds(judged, gain, verdict):
    _, table = judged({"none": 0.5, "class_weight": 0.2, "smote": 0.2 - gain})
    assert of(table, "smote", "class_weight")["verdict"] == verdict


def test_noise_leaves_a_pair_undecided(judged):
    _, table = judged({"none": 0.5, "class_weight": 0.2, "smote": 0.19}, noise=0.1)
    assert of(table, "smote", "class_weight")["verdict"] == "undecided"


def test_recipes_are_judged_against_less_work_alone(judged):
    _, table = judged({"none": 0.5, "prior_shift": 0.2, "class_weight": 0.2, "smote": 0.2})
    assert set(zip(table["recipe"], table["alternative"], strict=True)) == {
        ("prior_shift", "none"),
        ("class_weight", "none"),
        ("smote", "none"),
        ("class_weight", "prior_shift"),
        ("smote", "prior_shift"),
        ("smote", "class_weight"),
    }
    assert list(table.columns) == list(VERDICT_COLUMNS)


def test_claims_are_adjusted_within_one_question(judged):
    """Three recipes are set against raw data: the smallest p-value counts three times."""
    _, table = judged({"none": 0.5, "prior_shift": 0.45, "class_weight": 0.46, "smote": 0.44}, noise=0.03)
    family = table[table["alternative"] == "none"]
    assert (family["family_size"] == 3).all()
    p = 1 - family["probability_better"]
    assert family["p_better"].min() == pytest.approx(3 * p.min())
    assert (family["p_better"] >= p - 1e-12).all()


def test_numbers_are_those_of_the_corrected_t_test(judged):
    run, table = judged({"none": 0.5, "class_weight": 0.2, "smote": 0.17}, noise=0.01)
    row = of(table, "smote", "none")
    difference = run.sweep.pivot(index="split", columns="multiplier", values="excess_risk")  # noqa: PD010
    values = (difference[1.0] - difference[0.0]).to_numpy()
    error = np.sqrt(1 / SPLITS + run.ratio) * values.std(ddof=1)
    assert row["mean_difference"] == pytest.approx(values.mean())
    assert row["probability_better"] == pytest.approx(
        stats.t.cdf((-0.01 - values.mean()) / error, SPLITS - 1)
    )
    # Balanced accuracy is 1 - risk / 2 here, and of 1,000 patients that share is classed correctly.
    assert row["correct_per_1000"] == pytest.approx(-500 * values.mean())
    assert row["correct_low"] == pytest.approx(-500 * row["high"])


def test_a_difference_of_the_smallest_size_is_found_in_four_of_five_cohorts():
    """The mean of a cohort scatters by its standard error, and the spread over splits is estimated anew."""
    rng = np.random.default_rng(0)
    sizes = pd.DataFrame({"n_train": [80.0] * SPLITS, "n_test": [20.0] * SPLITS})
    factor, rope, alpha, deviation = np.sqrt(1 / SPLITS + 0.25), 0.01, 0.05, 0.02
    exact = np.linspace(-1, 1, SPLITS)
    true = reach(deviation * exact / exact.std(ddof=1), sizes, rope, alpha)["smallest_difference"]
    means = -true + factor * deviation * rng.normal(size=20_000)
    spreads = deviation * np.sqrt(rng.chisquare(SPLITS - 1, size=20_000) / (SPLITS - 1))
    found = stats.t.cdf((-rope - means) / (factor * spreads), SPLITS - 1) >= 1 - alpha
    assert found.mean() == pytest.approx(0.8, abs=0.02)


def test_more_splits_reach_a_floor_that_only_patients_lower():
    rng = np.random.default_rng(0)

    def reached(splits):
        sizes = pd.DataFrame({"n_train": [800.0] * splits, "n_test": [200.0] * splits})
        values = rng.normal(size=splits)
        return reach(values / values.std(ddof=1), sizes, 0.01, 0.05)

    few, many = reached(10), reached(20_000)
    assert few["smallest_any_splits"] == pytest.approx(many["smallest_any_splits"])
    assert few["smallest_difference"] > many["smallest_difference"]
    assert many["smallest_difference"] == pytest.approx(many["smallest_any_splits"], rel=1e-3)


def test_patients_are_counted_for_three_practical_limits():
    values, sizes = (
        np.array([1.0, -1.0] * 6) * 0.02,
        pd.DataFrame({"n_train": [80.0] * 12, "n_test": [20.0] * 12}),
    )
    found = reach(values, sizes, 0.01, 0.05)
    assert found["patients_factor"] == pytest.approx(((found["smallest_any_splits"] - 0.01) / 0.02) ** 2)
    assert np.isnan(reach(values, sizes, 0.0, 0.05)["patients_factor"])
    assert np.isnan(list(reach(values[:1], sizes[:1], 0.01, 0.05).values())).all()


def test_one_and_the_same_fit_in_every_split_is_noted(results):
    risk = np.random.default_rng(1).normal(0.3, 0.01, size=(SPLITS, 2))
    run = results(risk, [0] * SPLITS, grid=(0.0, 1.0))
    row = of(verdicts(run.sweep, run.vtss, _no_controls()), "smote", "none")
    assert (row["verdict"], row["note"]) == ("same fit", SAME_FIT)
    assert np.isnan([row["p_no_better"], row["probability_equivalent"], row["low"]]).all()
    assert np.isnan(row["smallest_difference"])


def test_one_split_compares_nothing(results):
    run = results([[0.3, 0.2]], [1], grid=(0.0, 1.0))
    (row,) = verdicts(run.sweep, run.vtss, _no_controls()).to_dict("records")
    assert row["verdict"] == "not compared"
    assert row["note"] == "one split: no interval, no test"


def test_a_recipe_with_fewer_splits_of_its_own_is_compared_on_those(results):
    risk = np.random.default_rng(1).normal(0.3, 0.01, size=(SPLITS, 2))
    run = results(risk, [1] * SPLITS, grid=(0.0, 1.0))
    run.vtss = run.vtss[run.vtss["split"] < 5]
    (row,) = verdicts(run.sweep, run.vtss, _no_controls()).to_dict("records")
    assert row["n_splits"] == 5
    assert row["mean_difference"] == pytest.approx((risk[:5, 1] - risk[:5, 0]).mean())


def test_a_missing_value_is_not_averaged_over(results):
    risk = np.random.default_rng(1).normal(0.3, 0.01, size=(SPLITS, 2))
    run = results(risk, [1] * SPLITS, grid=(0.0, 1.0))
    run.vtss.loc[run.vtss["split"] == 3, "excess_risk"] = np.nan
    (row,) = verdicts(run.sweep, run.vtss, _no_controls()).to_dict("records")
    assert (row["verdict"], row["note"]) == ("not compared", f"1 of {SPLITS} splits lack a value")


def test_balanced_loss_is_the_criterion_judged(results):
    risk = np.random.default_rng(1).normal(0.3, 0.01, size=(SPLITS, 2))
    run = results(risk, [1] * SPLITS, grid=(0.0, 1.0))
    other = run.vtss.assign(criterion="balanced_accuracy", excess_risk=9.0)
    (found,) = recipes(run.sweep, pd.concat([other, run.vtss]), _no_controls())
    assert found.risk["smote"].max() < 1


def test_tables_of_different_runs_are_rejected(results):
    run = results([[0.3, 0.2]] * 2, [1, 1], grid=(0.0, 1.0))
    with pytest.raises(InputError, match="which table 'sweep' lacks"):
        verdicts(run.sweep[run.sweep["split"] == 0], run.vtss, _no_controls())


def _no_controls():
    return pd.DataFrame(
        columns=["task", "classifier", "control", "split", "excess_risk", "balanced_accuracy"]
    )
