"""Paired differences: what is compared with what, family by family, and what a gap looks like."""

import numpy as np
import pandas as pd
import pytest

from synthsize.errors import InputError
from synthsize.statistics.comparisons import PAIRED_COLUMNS, paired_differences
from synthsize.statistics.intervals import normal_interval
from synthsize.statistics.references import SAME_FIT
from synthsize.statistics.significance import corrected_t_test, holm, rope_probabilities

RISK = np.array(
    [
        [0.30, 0.12, 0.10, 0.14],
        [0.35, 0.15, 0.12, 0.13],
        [0.28, 0.11, 0.11, 0.15],
        [0.33, 0.13, 0.09, 0.12],
    ]
)
CHOSEN = [2, 3, 1, 2]
ACHIEVED = np.array([0.10, 0.13, 0.11, 0.09])


def select(frame, **wanted):
    for column, value in wanted.items():
        frame = frame[frame[column] == value]
    return frame


def test_rows_and_columns(results):
    run = results(RISK, CHOSEN)
    frame = paired_differences(run.sweep, run.vtss)
    assert list(frame.columns) == list(PAIRED_COLUMNS)
    assert len(frame) == 2 * 2 * (
        3 + 1
    )  # metrics, references, multipliers but the reference itself, and VTSS
    assert (frame["note"] == "").all()
    assert (frame["n_splits"] == 4).all()


def test_a_fixed_multiplier_is_compared_split_by_split(results):
    run = results(RISK, CHOSEN)
    frame = paired_differences(run.sweep, run.vtss, rope=0.02)
    row = select(frame, metric="excess_risk", reference="m=1", multiplier=0.5).iloc[0]
    differences = RISK[:, 1] - RISK[:, 2]
    assert row["mean_difference"] == pytest.approx(differences.mean())
    assert (row["normal_low"], row["normal_high"]) == pytest.approx(normal_interval(differences))
    half = 3.182446305 * differences.std(ddof=1) * np.sqrt(1 / 4 + run.ratio)  # t with 3 degrees of freedom
    assert row["nadeau_bengio_high"] - row["mean_difference"] == pytest.approx(half)
    assert row["nadeau_bengio_p"] == pytest.approx(corrected_t_test(differences, 1, run.ratio))
    worse = rope_probabilities(differences, 1, run.ratio, 0.02)[2]
    assert row["probability_worse"] == pytest.approx(worse)


def test_better_means_higher_accuracy_and_lower_risk(results):
    run = results(RISK, CHOSEN)
    frame = select(paired_differences(run.sweep, run.vtss), reference="m=0", multiplier=1.0)
    risk, accuracy = (select(frame, metric=m).iloc[0] for m in ("excess_risk", "balanced_accuracy"))
    assert risk["mean_difference"] < 0 < accuracy["mean_difference"]
    assert min(risk["probability_better"], accuracy["probability_better"]) > 0.9


def test_vtss_is_compared_at_its_own_choices(results):
    run = results(RISK, CHOSEN)
    weights = RISK + np.array([0.01, 0.02, 0.03, 0.04])  # another gap at every multiplier
    frame = paired_differences(run.sweep, run.vtss, run.controls([0.11] * 4, weights))
    vtss = select(frame, subject="vtss", metric="excess_risk").set_index("reference")["mean_difference"]
    assert vtss["m=1"] == pytest.approx((ACHIEVED - RISK[:, 2]).mean())
    assert vtss["m=0"] == pytest.approx((ACHIEVED - RISK[:, 0]).mean())
    assert vtss["class_weight"] == pytest.approx((ACHIEVED - 0.11).mean())
    assert vtss["weights(m)"] == pytest.approx(-np.mean([0.03, 0.04, 0.02, 0.03]))


def test_fixed_multipliers_meet_the_weights_of_their_own_size_but_not_at_zero(results):
    run = results(RISK, CHOSEN)
    weights = RISK + np.array([9.0, 0.02, 0.03, 0.04])
    frame = paired_differences(run.sweep, run.vtss, run.controls([0.11] * 4, weights))
    fixed = select(frame, subject="fixed", metric="excess_risk", reference="weights(m)")
    assert fixed["multiplier"].tolist() == [0.5, 1.0, 1.5]
    assert fixed["mean_difference"].tolist() == pytest.approx([-0.02, -0.03, -0.04])


def test_a_shifted_prior_and_tuned_weights_are_references_with_families_of_their_own(results):
    run = results(RISK, CHOSEN)
    levels = {"prior_shift": [0.05, 0.06, 0.04, 0.08], "weights_vtss": [0.09, 0.07, 0.06, 0.05]}
    frame = paired_differences(run.sweep, run.vtss, run.controls([0.11] * 4, RISK, **levels))
    for name, level in levels.items():
        vtss = select(frame, subject="vtss", metric="excess_risk", reference=name).iloc[0]
        assert vtss["mean_difference"] == pytest.approx((ACHIEVED - level).mean())
        assert vtss["family"] == f"vtss by balanced_loss against {name}, excess_risk"
        fixed = select(frame, subject="fixed", metric="excess_risk", reference=name)
        assert fixed["multiplier"].tolist() == [0.0, 0.5, 1.0, 1.5]
        assert fixed["mean_difference"].tolist() == pytest.approx(
            (RISK - np.array(level)[:, None]).mean(axis=0)
        )


def test_what_a_classifier_cannot_have_is_noted_and_makes_no_family_larger(results):
    first, second = results(RISK, CHOSEN), results(RISK * [1, 1.1, 1.2, 1.3], CHOSEN)
    controls = first.controls([0.11, 0.13, 0.10, 0.12], RISK, prior_shift=[0.05, 0.06, 0.04, 0.08])
    margin = controls[controls["control"] != "prior_shift"].assign(classifier="svm")
    second.sweep["classifier"] = second.vtss["classifier"] = "svm"
    sweep, vtss = (pd.concat([getattr(run, name) for run in (first, second)]) for name in ("sweep", "vtss"))
    frame = paired_differences(sweep, vtss, pd.concat([controls, margin]))
    found = select(frame, subject="vtss", metric="excess_risk", reference="prior_shift").set_index(
        "classifier"
    )
    assert found["note"].to_dict() == {"logistic": "", "svm": "control prior_shift does not apply to svm"}
    assert found["family_size"].tolist() == [1, 1]
    assert found.loc["logistic", "holm_p"] == found.loc["logistic", "nadeau_bengio_p"]
    assert np.isnan(found.loc["svm", "holm_p"])
    assert not found.loc["svm", "significant"]
    weights = select(frame, subject="vtss", metric="excess_risk", reference="class_weight")
    assert weights["family_size"].tolist() == [2, 2]


def test_holm_runs_over_the_family_that_the_row_names(results):
    first, second = results(RISK, CHOSEN), results(RISK[:, ::-1], CHOSEN)
    second.sweep["generator"] = second.vtss["generator"] = "jitter"
    frame = paired_differences(pd.concat([first.sweep, second.sweep]), pd.concat([first.vtss, second.vtss]))
    assert set(frame["family"]) == {
        f"{subject} against {reference}, {metric}"
        for subject in ("fixed", "vtss by balanced_loss")
        for reference in ("m=1", "m=0")
        for metric in ("excess_risk", "balanced_accuracy")
    }
    family = select(frame, family="fixed against m=0, excess_risk")
    assert len(family) == 6
    assert (family["family_size"] == 6).all()
    assert family["holm_p"].to_numpy() == pytest.approx(holm(family["nadeau_bengio_p"]))
    assert family["significant"].tolist() == (family["holm_p"] <= 0.05).tolist()
    assert family["significant"].any()


def holm_by_hand(p_values):
    """Holm's adjustment straight from its definition."""
    p = list(p_values)
    return [
        min(1.0, max((len(p) - sum(r < q for r in p)) * q for q in p if q <= mine))  # p-values without ties
        for mine in p
    ]


def test_balance_against_equal_weights_is_a_family_of_its_own(results):
    run = results(RISK, CHOSEN)
    frame = paired_differences(run.sweep, run.vtss, run.controls([0.11] * 4, RISK[:, ::-1] + 0.01))
    against = select(frame, reference="weights(m)", subject="fixed", metric="excess_risk")
    assert against.set_index("multiplier")["family"].to_dict() == {
        0.5: "fixed against weights(m), excess_risk",
        1.0: "m=1 against weights(m), excess_risk",
        1.5: "fixed against weights(m), excess_risk",
    }
    primary = against[against["multiplier"] == 1.0].iloc[0]
    assert (primary["family_size"], primary["holm_p"]) == (1, primary["nadeau_bengio_p"])
    others = against[against["multiplier"] != 1.0]
    assert others["holm_p"].tolist() == pytest.approx(holm_by_hand(others["nadeau_bengio_p"]))


def test_each_criterion_of_vtss_is_a_family_of_its_own(results):
    run = results(RISK, CHOSEN)
    other = run.vtss.assign(criterion="balanced_accuracy", excess_risk=RISK[:, 0] - 0.01 * np.arange(4))
    frame = paired_differences(run.sweep, pd.concat([run.vtss, other]))
    vtss = select(frame, subject="vtss", metric="excess_risk", reference="m=1")
    assert vtss["family"].tolist() == [
        "vtss by balanced_accuracy against m=1, excess_risk",
        "vtss by balanced_loss against m=1, excess_risk",
    ]
    assert vtss["family_size"].tolist() == [1, 1]
    assert vtss["holm_p"].tolist() == vtss["nadeau_bengio_p"].tolist()


def test_the_raw_fit_counts_once_for_all_generators(results):
    first, second = results(RISK, CHOSEN), results(RISK * [1, 1.1, 1.2, 1.3], CHOSEN, generator="jitter")
    controls = first.controls([0.11, 0.13, 0.10, 0.12], RISK)
    sweep, vtss = (pd.concat([getattr(run, name) for run in (first, second)]) for name in ("sweep", "vtss"))
    frame = paired_differences(sweep, vtss, controls)
    fixed = select(frame, subject="fixed", metric="excess_risk")
    family = select(fixed, reference="class_weight")
    assert len(family) == 8
    assert set(family["family_size"]) == {7}
    once = family[(family["multiplier"] != 0) | (family["generator"] == "smote")]
    assert once["holm_p"].tolist() == pytest.approx(holm_by_hand(once["nadeau_bengio_p"]))
    raw = family[family["multiplier"] == 0]
    clearest = pytest.approx(7 * raw["nadeau_bengio_p"].iloc[0])
    assert raw["holm_p"].tolist() == [clearest, clearest]
    assert set(select(fixed, reference="m=1")["family_size"]) == {
        6
    }  # there it meets each generator's own fit


def test_alpha_sets_the_level_of_the_intervals(results):
    run = results(RISK, CHOSEN)
    wide, narrow = (paired_differences(run.sweep, run.vtss, alpha=a) for a in (0.01, 0.2))
    assert (wide["level"] == 0.99).all()
    assert (wide["nadeau_bengio_low"] < narrow["nadeau_bengio_low"]).all()


def test_one_split_says_so(results):
    run = results(RISK[:1], CHOSEN[:1])
    frame = paired_differences(run.sweep, run.vtss)
    assert frame["mean_difference"].notna().all()
    assert (
        frame[["nadeau_bengio_low", "nadeau_bengio_p", "holm_p", "probability_better"]].isna().all(axis=None)
    )
    assert not frame["significant"].any()
    assert set(frame["note"]) == {"one split: no interval, no test"}


def test_a_missing_metric_leaves_its_row_with_a_note(results):
    run = results(RISK, CHOSEN)
    run.sweep.loc[(run.sweep["split"] == 2) & (run.sweep["multiplier"] == 0.5), "excess_risk"] = np.nan
    frame = select(paired_differences(run.sweep, run.vtss), metric="excess_risk", subject="fixed")
    gaps = frame[frame["mean_difference"].isna()]
    assert gaps["multiplier"].tolist() == [0.5, 0.5]
    assert set(gaps["note"]) == {"1 of 4 splits lack a value"}
    assert (gaps["family_size"] == 3).all()


def test_a_reference_that_is_not_there_is_named(results):
    run = results(RISK[:, :2], [0, 1, 1, 0], grid=(0.25, 0.5))
    controls = run.controls([0.1] * 4, RISK).query("control == 'class_weight'").iloc[:3]
    frame = paired_differences(run.sweep, run.vtss, controls)
    notes = frame.groupby("reference")["note"].unique()
    assert notes["m=1"].tolist() == ["m = 1 is not on the grid"]
    assert notes["m=0"].tolist() == [
        "the raw data were not fitted: add the control none, or m = 0 to the grid"
    ]
    assert notes["weights(m)"].tolist() == ["control weights was not run"]
    assert notes["class_weight"].tolist() == ["1 of 4 splits lack a value"]
    assert frame["mean_difference"].isna().all()


def test_weights_of_the_same_size_are_no_reference_of_a_strategy(results):
    """Rows of a thinned majority have no weights that they amount to: nothing is listed that cannot exist."""
    added, mixed = results(RISK, CHOSEN), results(RISK, CHOSEN, generator="smote_mixed", strategy="mixed")
    controls = added.controls([0.1] * 4, RISK)
    of_mixed = paired_differences(mixed.sweep, mixed.vtss, controls)
    assert "weights(m)" not in set(of_mixed["reference"])
    assert {"m=1", "class_weight", "weights_vtss"} <= set(of_mixed["reference"])
    sweep, vtss = (pd.concat([getattr(added, name), getattr(mixed, name)]) for name in ("sweep", "vtss"))
    both = select(paired_differences(sweep, vtss, controls), reference="weights(m)")
    assert set(both["generator"]) == {"smote"}
    assert both["mean_difference"].notna().all()


def test_a_choice_that_never_differs_from_the_reference(results):
    run = results(RISK, [2, 2, 2, 2])
    row = select(paired_differences(run.sweep, run.vtss), subject="vtss", reference="m=1").iloc[0]
    assert (row["mean_difference"], row["probability_equivalent"]) == (0.0, 1.0)
    assert np.isnan(row["nadeau_bengio_p"])
    assert row["note"] == SAME_FIT
    at_zero = results(RISK, [0, 0, 0, 0])
    row = select(paired_differences(at_zero.sweep, at_zero.vtss), subject="vtss", reference="m=0").iloc[0]
    assert row["note"] == SAME_FIT
    other = select(paired_differences(at_zero.sweep, at_zero.vtss), subject="vtss", reference="m=1").iloc[0]
    assert other["note"] == ""


def test_a_cell_without_choices_keeps_its_fixed_rows(results):
    run = results(RISK, CHOSEN)
    frame = paired_differences(run.sweep, run.vtss.iloc[:0])
    assert set(frame["subject"]) == {"fixed"}


def test_a_split_that_vtss_misses_is_counted(results):
    run = results(RISK, CHOSEN)
    frame = select(paired_differences(run.sweep, run.vtss.iloc[:3]), subject="vtss")
    assert set(frame["note"]) == {"1 of 4 splits lack a value"}


def test_tables_of_two_runs_are_rejected(results):
    run = results(RISK, CHOSEN)
    with pytest.raises(
        InputError, match="'vtss' holds split 3 of t, logistic, smote, which table 'sweep' lacks"
    ):
        paired_differences(run.sweep[run.sweep["split"] < 3], run.vtss)
