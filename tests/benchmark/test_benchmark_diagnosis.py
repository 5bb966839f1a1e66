"""The diagnosis of a task as tidy rows, and its mean over the splits."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from synthsize.benchmark.diagnosis import run_diagnosis
from synthsize.benchmark.settings import Settings
from synthsize.contracts.results import DIAGNOSIS
from synthsize.statistics.diagnosis_summary import SUMMARY_COLUMNS, summarise_diagnosis

SETTINGS = Settings(seed=3, multipliers=(0.0, 1.0))


def analysis_table(n=900, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    table = pd.DataFrame(X, columns=["heart_rate_mean", "wbc_mean", "inr_mean"])
    table.insert(0, "admission_id", np.arange(n))
    table.insert(1, "patient_id", rng.integers(0, int(0.8 * n), n))
    table.insert(2, "stratum", "a")
    table.insert(3, "label", rng.random(n) < expit(X[:, 0] - 2.0))
    return table


def run(generator="smote", splits=(0, 1), settings=SETTINGS):
    return run_diagnosis(analysis_table(), task="t", generator=generator, splits=splits, settings=settings)


def test_rows_keep_the_contract_and_do_not_depend_on_their_block(tmp_path):
    together = run()
    DIAGNOSIS.write(together, tmp_path / "diagnosis.parquet")
    assert len(DIAGNOSIS.read(tmp_path / "diagnosis.parquet")) == 2
    assert (together["classifier"] == "logistic").all()
    pd.testing.assert_frame_equal(
        together.iloc[[1]].reset_index(drop=True), run(splits=[1]), check_exact=True
    )


def test_generators_share_splits_and_asymmetry():
    smote, jitter = run("smote"), run("jitter")
    shared = ["n_majority", "n_minority", "asymmetry", "symmetry_p", "slopes_p"]
    pd.testing.assert_frame_equal(smote[shared], jitter[shared], check_exact=True)
    assert (jitter["mismatch"] > smote["mismatch"]).all()


def test_settings_of_the_generator_count():
    wide = Settings(seed=3, multipliers=(0.0, 1.0), generator={"params": {"scale": 3.0}})
    assert (run("jitter", settings=wide)["mismatch"] > run("jitter")["mismatch"]).all()


def test_degenerate_cases_are_remarked():
    many = Settings(seed=3, multipliers=(0.0, 1.0), generator={"params": {"k_neighbors": 500}})
    assert run(settings=many)["remarks"].str.contains("k_neighbors 500 ->").all()
    assert (run()["remarks"] == "").all()


def rows(**changes):
    """Three splits of one cell."""
    columns = dict.fromkeys(DIAGNOSIS.columns, 1.0)
    frame = pd.DataFrame([columns] * 3).assign(
        task="t", classifier="logistic", generator="smote", split=[0, 1, 2], remarks=["", "b", "a"]
    )
    return frame.assign(**changes)


def test_summary_by_hand():
    table = summarise_diagnosis(
        rows(
            asymmetry=[1.0, 2.0, 6.0],
            asymmetry_se=[0.1, 0.2, 0.3],
            theory_multiplier=[1.1, np.inf, 1.3],
            symmetry_p=[0.0, 0.01, 0.9],
            slopes_p=[0.2, 0.01, 0.04],
        )
    )
    assert list(table.columns) == SUMMARY_COLUMNS
    row = table.iloc[0]
    assert (row["n_splits"], row["asymmetry"], row["asymmetry_se"]) == pytest.approx((3, 3.0, 0.2))
    assert (row["theory_multiplier"], row["symmetry_p"]) == (1.3, 0.01)
    assert (row["regime"], row["remarks"]) == ("asymmetric", "a; b")


@pytest.mark.parametrize(
    ("slopes_p", "slopes_cost_high", "raw_excess_high", "regime"),
    [
        (0.3, 0.5, 0.5, "unresolved"),  # a test that finds nothing shows nothing
        (0.06, 0.011, 0.5, "unresolved"),  # 5 % decides
        (0.04, 0.011, 0.5, "asymmetric"),
        (0.3, 0.01, 0.5, "intercept"),
        (0.0, 0.01, 0.5, "intercept"),  # bent, but by nothing that matters
        (0.3, 0.01, 0.01, "symmetric"),
        (np.nan, 0.5, 0.5, "undetermined"),
    ],
)
def test_the_regime_says_what_was_shown(slopes_p, slopes_cost_high, raw_excess_high, regime):
    table = summarise_diagnosis(
        rows(slopes_p=slopes_p, slopes_cost_high=slopes_cost_high, raw_excess_high=raw_excess_high)
    )
    assert table["regime"].tolist() == [regime]


def test_the_regime_rests_on_tests_adjusted_over_the_tasks():
    """Two generators share the tests of a task, which count once: of three tasks, not of six."""
    p_values = {"a": 0.01, "b": 0.02, "c": 0.04}
    table = summarise_diagnosis(
        pd.concat(
            rows(task=task, generator=generator, symmetry_p=0.001, slopes_p=p)
            for task, p in p_values.items()
            for generator in ("smote", "jitter")
        )
    )
    assert table["slopes_p"].tolist() == [0.01, 0.01, 0.02, 0.02, 0.04, 0.04]
    assert table["slopes_p_holm"].tolist() == pytest.approx([0.03, 0.03, 0.04, 0.04, 0.04, 0.04])
    assert table["symmetry_p_holm"].tolist() == pytest.approx([0.003] * 6)
    near = summarise_diagnosis(
        pd.concat(rows(task=task, symmetry_p=0.0, slopes_p=p) for task, p in {"a": 0.03, "b": 0.4}.items())
    )
    assert near["slopes_p_holm"].tolist() == pytest.approx([0.06, 0.4])
    assert near["regime"].tolist() == ["unresolved", "unresolved"]


def test_no_rows_summarise_to_none():
    assert summarise_diagnosis(rows()[:0]).empty
