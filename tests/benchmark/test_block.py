import logging
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_blocks import SETTINGS, analysis_table, run
from threadpoolctl import threadpool_limits

from synthsize.balance.metrics import DECISIONS, ESTIMATES, RANKING
from synthsize.benchmark.controls import run_controls
from synthsize.benchmark.oracle import risk_rows, split_risk
from synthsize.benchmark.seeds import folds_seed, split_seed, synthetic_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import draw_split, read_rows
from synthsize.benchmark.splits import split_folds, split_train_test
from synthsize.contracts.metrics import METRICS
from synthsize.contracts.results import EVENTS, SWEEP, VTSS
from synthsize.errors import InputError


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
@pytest.mark.parametrize("generator", ["smote", "adasyn", "borderline_smote", "jitter"])
def test_block_is_the_sum_of_its_splits_bit_for_bit(classifier, generator):
    together = run(classifier=classifier, generator=generator)
    apart = [run(splits=[split], classifier=classifier, generator=generator) for split in (1, 0)]
    for name, table in (("sweep", SWEEP), ("vtss", VTSS), ("events", EVENTS)):
        joined = pd.concat(
            [getattr(block, name) for block in apart if len(getattr(block, name))]
            or [getattr(apart[0], name)]
        )
        joined = joined.sort_values(list(table.sort_by), kind="stable", ignore_index=True)
        pd.testing.assert_frame_equal(getattr(together, name), joined, check_exact=True)


def test_block_does_not_depend_on_row_order_nor_threads():
    table = analysis_table()
    shuffled = table.sample(frac=1, random_state=0)
    with threadpool_limits(limits=2):
        first = run(table)
    with threadpool_limits(limits=1):
        second = run(shuffled)
    pd.testing.assert_frame_equal(first.sweep, second.sweep, check_exact=True)
    pd.testing.assert_frame_equal(first.vtss, second.vtss, check_exact=True)


def test_block_keeps_the_contracts(tmp_path):
    block = run()
    for frame, table in ((block.sweep, SWEEP), (block.vtss, VTSS), (block.events, EVENTS)):
        table.write(frame, tmp_path / "x.parquet")
        assert len(table.read(tmp_path / "x.parquet")) == len(frame)
    assert len(block.sweep) == 2 * 4
    assert len(block.vtss) == 2 * 2
    assert (block.sweep["n_synthetic"] == (block.sweep["multiplier"] * block.sweep["gap"]).round()).all()
    assert (block.sweep["excess_risk"] == block.sweep["balanced_risk"] - block.sweep["oracle_risk"]).all()


def test_vtss_metrics_are_the_sweep_at_the_chosen_multiplier():
    block = run(classifier="svm", generator="jitter")
    joined = block.vtss.merge(block.sweep, on=["split", "multiplier"], suffixes=("", "_sweep"))
    assert len(joined) == len(block.vtss)
    for name in ("n_synthetic", "excess_risk", "balanced_risk", *METRICS):
        pd.testing.assert_series_equal(
            joined[name], joined[f"{name}_sweep"], check_exact=True, check_names=False
        )
    for row in block.vtss.itertuples():
        curve = np.array(row.validation_mean)
        best = curve.argmin() if row.criterion == "balanced_loss" else curve.argmax()
        assert row.multipliers[best] == row.multiplier


def test_generators_and_classifiers_share_splits_and_raw_fits():
    smote, jitter = run(generator="smote").sweep, run(generator="jitter").sweep
    at_zero = [frame[frame["multiplier"] == 0].reset_index(drop=True) for frame in (smote, jitter)]
    metrics = ["n_train", "gap", "balanced_risk", "oracle_risk", "excess_risk"]
    pd.testing.assert_frame_equal(at_zero[0][metrics], at_zero[1][metrics], check_exact=True)
    assert (run(classifier="svm").sweep["gap"] == smote["gap"]).all()


def test_metrics_stand_in_the_contract_in_their_order():
    assert list(METRICS) == [*DECISIONS, *RANKING, *ESTIMATES]
    logistic, svm = run().sweep, run(classifier="svm").sweep
    assert logistic[list(METRICS)].notna().all(axis=None)
    assert svm[list(ESTIMATES)].isna().all(axis=None)


def test_seeds_depend_on_what_they_should():
    def state(seed):
        return tuple(seed.generate_state(4))

    assert state(split_seed(1, "a", 0)) != state(split_seed(1, "b", 0))
    assert state(split_seed(1, "a", 0)) != state(split_seed(1, "a", 1))
    assert state(folds_seed(1, "a", 0, 0)) != state(folds_seed(1, "a", 0, 1))
    streams = {
        state(synthetic_seed(1, "a", 0, g, r, f))
        for g in ("smote", "jitter")
        for r in (-1, 0)
        for f in (-1, 0)
    }
    assert len(streams) == 8
    # A name hashes alike in every process and on every machine: the published check value of CRC-32.
    assert split_seed(1, "123456789", 0).entropy == [1, 0, 0xCBF43926, 0]


@pytest.mark.parametrize("seed", range(5))
def test_no_patient_on_both_sides_and_every_row_used_once(seed):
    table = analysis_table(seed=seed)
    groups, y = table["patient_id"].to_numpy(), table["label"].to_numpy(dtype=np.int8)
    train, test = split_train_test(groups, y, 0.2, split_seed(seed, "t", 0), "t")
    assert not set(groups[train]) & set(groups[test])
    assert sorted([*train, *test]) == list(range(len(y)))
    assert len(test) / len(y) == pytest.approx(0.2, abs=0.06)
    held_out = []
    for inner, validation in split_folds(groups[train], y[train], 3, folds_seed(seed, "t", 0, 0), "t"):
        assert not set(groups[train][inner]) & set(groups[train][validation])
        assert set(y[train][validation]) == {0, 1}
        held_out += [*validation]
    assert sorted(held_out) == list(range(len(train)))


def test_admission_grouping_lets_patients_straddle():
    table = analysis_table(patients=60)
    y = table["label"].to_numpy(dtype=np.int8)
    train, test = split_train_test(table["admission_id"].to_numpy(), y, 0.2, split_seed(0, "t", 0), "t")
    patients = table["patient_id"].to_numpy()
    assert set(patients[train]) & set(patients[test])
    assert len(test) == 48


def test_cohort_imputation_reads_the_test_rows_and_train_imputation_does_not():
    table = analysis_table()
    y = table["label"].to_numpy(dtype=np.int8)
    seed = split_seed(SETTINGS.seed, "t", 0)
    _, test = split_train_test(table["patient_id"].to_numpy(), y, 0.2, seed, "t")
    changed = table.copy()
    changed.loc[test, "wbc_mean"] += 50.0
    vtss = {}
    for imputation in ("train", "cohort"):
        settings = Settings(seed=5, multipliers=(0.0, 1.0), folds=3, repeats=1, imputation=imputation)
        vtss[imputation] = [
            run(frame, [0], settings).vtss["validation_mean"].tolist() for frame in (table, changed)
        ]
    assert vtss["train"][0] == vtss["train"][1]
    assert vtss["cohort"][0] != vtss["cohort"][1]


def test_feature_without_values_is_recorded_in_every_fold():
    table = analysis_table()
    table["lactate_mean"] = np.nan
    block = run(table, splits=[0])
    found = block.events[block.events["event"] == "empty_feature"]
    assert len(found) == 1 + SETTINGS.folds * SETTINGS.repeats
    assert found.iloc[0][["repeat", "fold"]].tolist() == [-1, -1]
    assert set(found["detail"]) == {"feature lactate_mean has no observed value to train on: set to 0"}
    assert block.sweep.drop(columns="alpha").notna().all(axis=None)


def test_calibration_that_cannot_be_had_is_recorded_once_per_split():
    table = analysis_table()
    table["wbc_mean"] = 10.0 * table["label"]  # separates the classes on every test set
    block = run(table)
    lost = block.sweep["calibration_slope"].isna()
    assert lost.all()
    found = block.events[block.events["event"] == "calibration_undefined"]
    assert found[["split", "repeat", "fold"]].to_numpy().tolist() == [[0, -1, -1], [1, -1, -1]]
    assert found["detail"].str.startswith("m = 0, 0.5, 1, 1.5: ").all()
    assert "calibration_undefined" not in set(run(table, classifier="svm").events["event"])
    assert "calibration_undefined" not in set(run().events["event"])


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_no_method_falls_below_the_undersampled_oracle(classifier):
    settings = Settings(seed=5, multipliers=(0.0, 1.0), folds=3, repeats=1, oracle="undersampled")
    weighted = Settings(seed=5, multipliers=(0.0, 1.0), folds=3, repeats=1)
    # Few coefficients and many rows: which majority rows stay matters more than what the oracle's own fit wins.
    table = analysis_table(n=1500, patients=1500).drop(columns=["inr_mean", "lactate_mean"])
    shape = {"splits": range(12), "classifier": classifier}
    thinned, whole = (run(table, **shape, settings=made).sweep for made in (settings, weighted))
    controls = run_controls(
        table,
        task="t",
        classifier=classifier,
        controls=("none", "class_weight", "random_undersample"),
        splits=shape["splits"],
        settings=settings,
    ).controls
    assert len(controls) == 3 * 12
    for frame in (thinned, controls, whole):
        assert (frame["excess_risk"] >= -2e-5 * frame["oracle_risk"]).all()  # the solver's tolerance
    # Read off all test rows the same fits would fall below it.
    assert (whole["balanced_risk"] < thinned["oracle_risk"] * (1 - 1e-3)).any()
    assert (thinned["oracle_risk"] == thinned.groupby("split")["oracle_risk"].transform("first")).all()
    by_split = thinned.drop_duplicates("split").set_index("split")["oracle_risk"]
    assert (controls["oracle_risk"] == controls["split"].map(by_split)).all()
    for metric in METRICS:  # at the prevalence of all test rows
        pd.testing.assert_series_equal(thinned[metric], whole[metric], check_exact=True)


def test_the_thinned_rows_hold_the_minority_and_as_many_of_the_majority():
    settings = Settings(seed=5, multipliers=(0.0,), oracle="undersampled")
    rows = read_rows(analysis_table(), "t", settings)
    split, other = draw_split(rows, settings, 0), draw_split(rows, settings, 1)
    kept = risk_rows(split, settings)
    assert set(np.flatnonzero(split.y_test == 1)) <= set(kept)
    assert split.y_test[kept].mean() == 0.5
    scores = np.random.default_rng(0).normal(size=(len(split.test), 2))
    learner = settings.make_learner("logistic")
    by_hand = np.logaddexp(0.0, np.where(split.y_test == 1, -1.0, 1.0)[kept, None] * scores[kept]).mean(
        axis=0
    )
    assert split_risk(learner, scores, split, settings) == pytest.approx(by_hand)
    assert kept.tolist() != risk_rows(other, settings).tolist()
    every = Settings(seed=5, multipliers=(0.0,))
    assert risk_rows(split, every).tolist() == list(range(len(split.test)))


def test_progress_is_one_line_per_split(caplog):
    caplog.set_level(logging.INFO, logger="synthsize.benchmark")
    run(splits=[3, 4])
    assert [message.split(",")[0] for message in caplog.messages] == ["split 1 of 2", "split 2 of 2"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"multipliers": ()}, "experiment.multipliers must be one or more increasing numbers"),
        ({"multipliers": (0.0, 0.0)}, "experiment.multipliers"),
        ({"multipliers": (-1.0, 0.0)}, "experiment.multipliers"),
        ({"test_size": 1.0}, "experiment.test_size must lie between 0 and 1"),
        ({"folds": 1}, "experiment.vtss needs folds of at least 2"),
        ({"majority_weight": 0.0}, "protocol.majority_weight"),
        ({"group_by": "ward"}, "protocol.group_by must be patient or admission, not 'ward'"),
        ({"imputation": "zero"}, "protocol.imputation must be train or cohort"),
        ({"oracle": "best"}, "protocol.oracle must be weighted or undersampled"),
        ({"criteria": ("auc",)}, "experiment.vtss.criteria must be one or more of balanced_loss"),
    ],
)
def test_bad_setting_is_named(change, message):
    with pytest.raises(InputError) as caught:
        Settings(**{"seed": 1, "multipliers": (0.0, 1.0), **change})
    assert message in str(caught.value)


def test_too_few_positives_name_task_and_key():
    table = analysis_table()
    table["label"] = np.arange(len(table)) < 3
    table["patient_id"] = table["admission_id"]
    with pytest.raises(
        InputError, match=r"task 't' has 2 positive .* too few for experiment.vtss.folds \(3\)"
    ):
        run(table)
    table["label"] = np.arange(len(table)) < 1
    with pytest.raises(InputError, match=r"task 't' has 1 positive .* too few for experiment.test_size"):
        run(table)


def test_table_without_features_or_with_infinite_ones_is_named():
    table = analysis_table()
    with pytest.raises(InputError, match="task 't' has no feature column"):
        run(table[["admission_id", "patient_id", "stratum", "label"]])
    table.loc[3, "wbc_mean"] = np.inf
    with pytest.raises(InputError, match="feature 'wbc_mean' holds infinite values"):
        run(table)


def test_a_learner_that_draws_fits_the_raw_rows_alike_for_every_generator_and_control():
    """Statistics count fits without synthetic rows as one."""
    learner = {"class": "sklearn.ensemble.ExtraTreesClassifier", "params": {"n_estimators": 5}}
    settings = replace(SETTINGS, multipliers=(0.0, 1.0), repeats=1, learner=learner)
    sweeps = [
        run(splits=[0], settings=settings, classifier="trees", generator=name).sweep
        for name in ("smote", "jitter")
    ]
    controls = run_controls(
        analysis_table(), task="t", classifier="trees", controls=["none"], splits=[0], settings=settings
    ).controls
    raw = [sweep.loc[sweep["multiplier"] == 0.0, "balanced_risk"].item() for sweep in sweeps]
    assert raw[0] == raw[1] == pytest.approx(controls["balanced_risk"].item(), rel=1e-14)
    full = [sweep.loc[sweep["multiplier"] == 1.0, "balanced_risk"].item() for sweep in sweeps]
    assert full[0] != full[1]
