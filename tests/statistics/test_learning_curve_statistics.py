"""The learning curve's comparisons, on made-up rows whose differences are known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from synthsize.contracts import results
from synthsize.statistics.learning_curve import LEARNING_COLUMNS, Rows, learning_curve

METRICS = ("excess_risk", "balanced_risk", "balanced_accuracy")


def made_up(positives, gains, splits=4, generators=("smote", "jitter"), controls=("weights_vtss",)):
    """Rows of one number of positives: jitter beats weights by `gains` in each split, smote equals them."""
    sweep, vtss, beside = [], [], []
    for split in range(splits):
        sizes = {"n_train": 10 * positives, "n_test": 200, "gap": 8 * positives}
        base = {"task": "t", "classifier": "logistic", "split": split} | sizes
        for generator in generators:
            levels = {0.0: 0.5 + 0.01 * split, 1.0: 0.2 - (gains[split] if generator == "jitter" else 0.0)}
            cell = base | {"generator": generator, "strategy": "oversample"}
            sweep += [cell | dict.fromkeys(METRICS, v) | {"multiplier": m} for m, v in levels.items()]
            vtss.append(
                cell
                | dict.fromkeys(METRICS, levels[1.0])
                | {"multiplier": 1.0, "criterion": "balanced_loss", "edge": "none"}
            )
        beside += [base | dict.fromkeys(METRICS, 0.2) | {"control": name} for name in controls]
    contracts = (results.SWEEP, results.VTSS, results.CONTROLS)
    frames = [
        pd.DataFrame(rows, columns=list(contract.columns))
        for rows, contract in zip((sweep, vtss, beside), contracts, strict=True)
    ]
    return [frame.assign(positives=positives) for frame in frames]


def curve(parts, run_gains=(0.0,) * 4, positives=(25, 50), splits=4, **options):
    run = Rows(*(frame.drop(columns="positives") for frame in made_up(100, run_gains, **options)))
    joined = [pd.concat(frames) for frames in zip(*parts, strict=True)]
    return learning_curve(run, Rows(*joined), positives=positives, splits=splits)


GAINS = (0.030, 0.032, 0.028, 0.030)


@pytest.fixture(scope="module")
def table():
    return curve([made_up(25, GAINS), made_up(50, (0.01, -0.01, 0.012, -0.011))])


def of(table, **wanted):
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table


def test_every_number_of_rows_is_compared_with_what_was_run(table):
    assert list(table.columns) == list(LEARNING_COLUMNS)
    risk = of(table, metric="excess_risk", subject="vtss", generator="jitter")
    assert set(risk["reference"]) == {"m=0", "prior_shift", "class_weight", "weights_vtss"}
    assert sorted(risk["positives"].unique()) == [0, 25, 50]
    found = of(risk, reference="weights_vtss").set_index("positives")
    assert found["mean_difference"].to_dict() == pytest.approx({25: -0.030, 50: -0.00025, 0: 0.0}, abs=1e-12)
    assert found["n_minority_mean"].to_dict() == {25: 25.0, 50: 50.0, 0: 100.0}
    assert of(risk, reference="class_weight")["note"].eq("control class_weight was not run").all()


def test_the_interval_uses_the_whole_training_set(table):
    """By hand: n_test / n_train of the outer split, 200 / 1000, although the part has 250 rows."""
    row = of(table, metric="excess_risk", subject="vtss", generator="jitter", reference="weights_vtss")
    row = of(row, positives=25).iloc[0]
    half = t.ppf(0.975, 3) * np.sqrt(1 / 4 + 200 / 1000) * np.std(GAINS, ddof=1)
    assert row["nadeau_bengio_low"] == pytest.approx(-0.030 - half)
    assert row["nadeau_bengio_high"] == pytest.approx(-0.030 + half)
    assert row["n_train_mean"] == 250


def test_tests_are_adjusted_over_generators_and_numbers_of_one_question(table):
    jitter = of(table, metric="excess_risk", subject="vtss", generator="jitter", reference="weights_vtss")
    assert jitter.loc[jitter["positives"] == 25, "significant"].item()
    assert not jitter.loc[jitter["positives"] == 50, "significant"].item()
    # Without width there is no test: smote everywhere, jitter on all rows.
    assert set(jitter.loc[jitter["positives"] > 0, "family_size"]) == {2}
    p = jitter.set_index("positives")["nadeau_bengio_p"]
    assert jitter.set_index("positives")["holm_p"][25] == pytest.approx(2 * p[25])


def test_a_number_that_not_every_split_can_fill_is_named_and_not_averaged():
    lacking = [frame[frame["split"] != 2] for frame in made_up(50, GAINS)]
    table = curve([made_up(25, GAINS), lacking], positives=(25, 50, 400))
    for positives, words in ((50, "1 of 4 splits"), (400, "4 of 4 splits")):
        rows = of(table, positives=positives)
        assert len(rows) == 2  # one per generator
        assert rows["mean_difference"].isna().all()
        assert rows["note"].eq(f"not fitted in {words}: too few minority training rows").all()
    assert of(table, positives=25)["mean_difference"].notna().any()


def test_fewer_splits_than_the_run_has_take_those_of_the_whole_too():
    parts = [[frame[frame["split"] < 2] for frame in made_up(25, GAINS)]]
    table = curve(parts, positives=(25,), splits=2)
    assert set(table["n_splits"]) == {2}


def test_one_split_has_no_test():
    table = curve([made_up(25, GAINS, splits=1)], splits=1, positives=(25,))
    known = table[table["mean_difference"].notna()]
    assert known["nadeau_bengio_p"].isna().all()
    assert known["note"].eq("one split: no interval, no test").any()
    assert not table["significant"].any()
