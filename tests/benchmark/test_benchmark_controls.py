"""The controls beside the sweep: the same splits, rows and oracle, so that differences are paired."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_blocks import analysis_table

from synthsize.balance.controls import fit_controls
from synthsize.balance.metrics import DECISIONS, ESTIMATES, RANKING
from synthsize.benchmark.block import run_block
from synthsize.benchmark.controls import run_controls
from synthsize.benchmark.folds import validation_folds
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import draw_split, read_rows
from synthsize.contracts.results import CONTROLS, EVENTS
from synthsize.errors import InputError
from synthsize.statistics.control_summary import COLUMNS, METRICS, summarise_controls
from synthsize.statistics.intervals import nadeau_bengio_interval, normal_interval

SETTINGS = Settings(seed=5, multipliers=(0.0, 0.5, 1.0), folds=3, repeats=1)
ALL = (
    *("none", "prior_shift", "class_weight", "weights", "weights_vtss"),
    *("random_oversample", "random_undersample", "threshold"),
)


def run(table=None, splits=(0, 1), settings=SETTINGS, classifier="logistic", controls=ALL):
    table = analysis_table() if table is None else table
    return run_controls(
        table, task="t", classifier=classifier, controls=controls, splits=splits, settings=settings
    )


def sweep(generator, classifier="logistic", settings=SETTINGS):
    block = run_block(
        analysis_table(),
        task="t",
        classifier=classifier,
        generator=generator,
        splits=(0, 1),
        settings=settings,
    )
    return block.sweep


def of(frame, control):
    return frame[frame["control"] == control].reset_index(drop=True)


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_none_is_the_sweep_at_zero(classifier):
    raw = sweep("smote", classifier).query("multiplier == 0").reset_index(drop=True)
    none = of(run(classifier=classifier).controls, "none")
    for name in ("n_train", "n_test", "oracle_risk"):
        assert (none[name] == raw[name]).all(), name
    tolerance = {"logistic": 1e-6, "svm": 1e-3}[classifier]
    assert none["excess_risk"].to_numpy() == pytest.approx(raw["excess_risk"].to_numpy(), abs=tolerance)


def test_random_oversample_is_the_bootstrap():
    generator = sweep("bootstrap")
    control = of(run().controls, "random_oversample")
    assert control["multiplier"].tolist() == generator["multiplier"].tolist()
    assert control["balanced_risk"].to_numpy() == pytest.approx(generator["balanced_risk"], abs=1e-6)


def test_every_control_has_its_rows_and_the_svm_no_prior_shift():
    frame = run().controls
    counts = frame.groupby(["control", "split"]).size()
    assert counts.to_dict() == {
        (control, split): len(SETTINGS.multipliers) if control in ("weights", "random_oversample") else 1
        for control in ALL
        for split in (0, 1)
    }
    assert set(run(classifier="svm").controls["control"]) == set(ALL) - {"prior_shift"}


def test_threshold_decides_and_estimates_no_risk():
    frame = run().controls
    threshold, none = of(frame, "threshold"), of(frame, "none")
    assert threshold[["balanced_risk", "excess_risk"]].isna().all(axis=None)
    assert threshold[list(ESTIMATES)].isna().all(axis=None)
    assert (threshold["balanced_accuracy"] > none["balanced_accuracy"]).all()
    for metric in RANKING:  # a moved cut ranks as the raw fit does
        assert threshold[metric].tolist() == pytest.approx(none[metric].tolist(), rel=1e-12)
    rest = frame[frame["control"] != "threshold"]
    assert (rest["excess_risk"] == rest["balanced_risk"] - rest["oracle_risk"]).all()


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_raw_data_reach_what_the_sweep_reaches_without_synthetic_rows(classifier):
    table = analysis_table()
    sweep = run_block(
        table, task="t", classifier=classifier, generator="smote", splits=(0, 1), settings=SETTINGS
    ).sweep
    at_zero = sweep[sweep["multiplier"] == 0]
    none = of(run(table, classifier=classifier).controls, "none")
    for metric in (*DECISIONS, *RANKING, *ESTIMATES):
        assert none[metric].tolist() == pytest.approx(at_zero[metric].tolist(), rel=1e-3, nan_ok=True)
        assert none[metric].isna().all() == (classifier == "svm" and metric in ESTIMATES)


def test_a_shifted_prior_moves_the_calibration_intercept_alone():
    frame = run().controls
    shifted, none = of(frame, "prior_shift"), of(frame, "none")
    assert shifted["calibration_slope"].tolist() == pytest.approx(none["calibration_slope"].tolist())
    for number, moved in enumerate(
        none["calibration_intercept"].array - shifted["calibration_intercept"].array
    ):
        y = draw_split(read_rows(analysis_table(), "t", SETTINGS), SETTINGS, number).y_train
        assert moved == pytest.approx(np.log((y == 0).sum() / y.sum()))


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_tuned_weights_are_the_weights_of_the_size_that_the_folds_chose(classifier):
    frame = run(classifier=classifier, controls=["weights", "weights_vtss"], splits=range(3)).controls
    tuned, grid = of(frame, "weights_vtss"), of(frame, "weights")
    assert tuned["multiplier"].isna().all()
    assert grid["tuned_multiplier"].isna().all()
    assert set(tuned["tuned_multiplier"]) <= set(SETTINGS.multipliers)
    same = tuned.merge(
        grid, left_on=["split", "tuned_multiplier"], right_on=["split", "multiplier"], suffixes=("", "_grid")
    )
    assert len(same) == 3
    for metric in ("balanced_risk", "excess_risk", *DECISIONS, *RANKING):
        assert same[metric].tolist() == same[f"{metric}_grid"].tolist()
    assert run(classifier=classifier, controls=["weights_vtss"], splits=[1]).controls[
        "tuned_multiplier"
    ].tolist() == [tuned["tuned_multiplier"][1]]


def test_the_choice_of_weights_uses_training_rows_alone_and_the_folds_of_generators():
    table = analysis_table(positives=0.1)
    split = draw_split(read_rows(table, "t", SETTINGS), SETTINGS, 0)
    changed = table.copy()
    changed.loc[split.test, "wbc_mean"] += 50.0
    before, after = (
        run(one, splits=[0], controls=["weights_vtss"]).controls.iloc[0] for one in (table, changed)
    )
    assert before["tuned_multiplier"] == after["tuned_multiplier"] > 0
    assert before["balanced_risk"] != after["balanced_risk"]
    own, generators = (
        [fold.validation.tolist() for fold in validation_folds(split, SETTINGS, name, 1)]
        for name in ("weights_vtss", "smote")
    )
    assert own == generators


@pytest.mark.parametrize("oracle", ["weighted", "undersampled"])
def test_controls_aim_at_the_weights_that_the_risk_is_judged_by(monkeypatch, oracle):
    """Aimed at w = .8, both have a lower risk at w = .8 than aimed at one half, in every split."""
    settings = replace(SETTINGS, majority_weight=0.8, oracle=oracle)
    asked = {"table": analysis_table(n=900, patients=900), "splits": range(4), "settings": settings}
    aims = ["prior_shift", "class_weight"]
    aimed = run(**asked, controls=aims).controls
    at_half = replace_inputs(monkeypatch, majority_weight=0.5)
    balanced = run(**asked, controls=aims).controls
    assert len(at_half) == 4
    assert (aimed["oracle_risk"] == balanced["oracle_risk"]).all()
    assert (aimed["balanced_risk"] < balanced["balanced_risk"] - 0.01).all()


def replace_inputs(monkeypatch, **changes):
    """Fit the controls as if the inputs were others, while the benchmark judges them as before; lists the calls."""
    calls = []

    def fit_with_changes(names, inputs, events):
        calls.append(names)
        return fit_controls(names, replace(inputs, **changes), events)

    monkeypatch.setattr("synthsize.benchmark.controls.fit_controls", fit_with_changes)
    return calls


def test_controls_keep_the_contract_and_do_not_depend_on_their_block(tmp_path):
    together, alone = run().controls, run(splits=[1]).controls
    CONTROLS.write(together, tmp_path / "controls.parquet")
    assert len(CONTROLS.read(tmp_path / "controls.parquet")) == len(together)
    pd.testing.assert_frame_equal(
        together[together["split"] == 1].reset_index(drop=True), alone, check_exact=True
    )
    shuffled = run(analysis_table().sample(frac=1, random_state=0), splits=[1]).controls
    pd.testing.assert_frame_equal(alone, shuffled, check_exact=True)
    few = run(splits=[1], controls=["threshold", "weights"]).controls
    kept = alone[alone["control"].isin(["threshold", "weights"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(few, kept, check_exact=True)


def test_no_control_is_an_empty_table(tmp_path):
    result = run(controls=[])
    CONTROLS.write(result.controls, tmp_path / "controls.parquet")
    EVENTS.write(result.events, tmp_path / "events.parquet")
    assert len(summarise_controls(CONTROLS.read(tmp_path / "controls.parquet"))) == 0


def test_degenerate_cases_name_their_control(tmp_path):
    result = run(analysis_table(positives=0.6), splits=[0])
    EVENTS.write(result.events, tmp_path / "events.parquet")
    found = result.events.groupby("event")["generator"].agg(set).to_dict()
    assert found["no_gap"] == {"weights", "weights_vtss", "random_oversample", "random_undersample"}


def test_a_constant_score_ranks_nothing_and_is_named_in_the_events():
    """The raw linear SVM of few, near minority rows: chance itself, from the sweep and from every raw control."""
    table = analysis_table(n=400, patients=400, positives=0.06)
    raw = ("none", "threshold")
    found = run(table, classifier="svm", controls=[*raw, "class_weight"], splits=range(3))
    y = [draw_split(read_rows(table, "t", SETTINGS), SETTINGS, number).y_test for number in range(3)]
    block = run_block(
        table, task="t", classifier="svm", generator="jitter", splits=range(3), settings=SETTINGS
    )
    at_zero = block.sweep[block.sweep["multiplier"] == 0]
    for frame in (at_zero, of(found.controls, "none"), of(found.controls, "threshold")):
        assert (frame["auroc"] == 0.5).all()
        assert frame["auprc"].tolist() == pytest.approx([labels.mean() for labels in y], rel=1e-12)
        assert (frame["balanced_accuracy"] == 0.5).all()
    assert (of(found.controls, "class_weight")["auroc"] > 0.5).all()
    named = found.events.groupby("generator")["event"].agg(set).to_dict()
    assert named == {
        "none": {"constant_score"},
        "threshold": {"constant_score", "no_useful_threshold"},
    }
    of_sweep = block.events[(block.events["fold"] == -1) & (block.events["event"] == "constant_score")]
    assert of_sweep["split"].tolist() == [0, 1, 2]
    assert set(of_sweep["detail"]) == {"svm with 0 synthetic rows: all rows get the same score"}


def test_calibration_that_cannot_be_had_is_recorded_once_per_control():
    table = analysis_table()
    table["wbc_mean"] = 10.0 * table["label"]  # separates the classes on every test set
    found = run(table, splits=[0]).events.query("event == 'calibration_undefined'")
    assert sorted(found["generator"]) == sorted(set(ALL) - {"threshold"})  # which estimates no risk
    assert found.set_index("generator").loc["weights", "detail"].startswith("m = 0, 0.5, 1: ")


def test_a_split_keeps_patients_whole_and_learns_from_its_training_rows():
    table = analysis_table()
    rows = read_rows(table, "t", SETTINGS)
    split = draw_split(rows, SETTINGS, 0)
    assert not set(rows.groups[split.train]) & set(rows.groups[split.test])
    assert split.X_train.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-12)
    assert not np.isnan(split.X_test).any()
    cohort = read_rows(
        table, "t", Settings(seed=5, multipliers=(0.0,), imputation="cohort", group_by="admission")
    )
    means = table.sort_values("admission_id")[list(rows.features)].mean().to_numpy()
    assert cohort.imputation_means == pytest.approx(means)
    assert rows.imputation_means is None


def test_unusable_tables_are_named():
    table = analysis_table()
    with pytest.raises(InputError, match="task 't' has no feature column"):
        run(table[["admission_id", "patient_id", "stratum", "label"]])
    with pytest.raises(InputError, match="feature 'inr_mean' holds infinite values"):
        run(table.assign(inr_mean=np.inf))
    with pytest.raises(InputError, match="there is no control 'smote'"):
        run(controls=["smote"])


def test_summary_by_hand():
    values = [0.1, 0.2, 0.6]
    frame = pd.DataFrame(
        {
            "task": "t",
            "classifier": "svm",
            "control": "class_weight",
            "split": [0, 1, 2],
            "multiplier": np.nan,
            "n_train": 80,
            "n_test": 20,
            "excess_risk": values,
            "balanced_risk": np.nan,
            "balanced_accuracy": [0.5, 0.6, 0.7],
        }
    ).reindex(columns=list(CONTROLS.columns))
    table = summarise_controls(frame)
    assert list(table.columns) == COLUMNS
    assert len(table) == len(METRICS) * 2
    risk = table[table["metric"] == "excess_risk"].set_index("interval")
    assert risk["mean"].tolist() == pytest.approx([0.3, 0.3])
    assert risk.loc["normal", ["low", "high"]].tolist() == pytest.approx(normal_interval(values))
    assert risk.loc["nadeau_bengio", ["low", "high"]].tolist() == pytest.approx(
        nadeau_bengio_interval(values, 80, 20)
    )
    assert table[table["metric"] == "balanced_risk"]["mean"].isna().all()
