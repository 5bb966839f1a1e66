import itertools

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.report.page.headline import (
    DEPENDS,
    NOT_RAW,
    NOT_WEIGHTS,
    OVERSAMPLE,
    REBALANCE,
    UNDECIDED,
    headline,
)

GAIN, LOSS, SAME, NO_GAIN, OPEN = (
    (-0.3, (1.0, 0.0, 0.0)),
    (0.3, (0.0, 0.0, 1.0)),
    (0.001, (0.0, 1.0, 0.0)),
    (0.02, (0.01, 0.4, 0.59)),
    (-0.005, (0.3, 0.6, 0.1)),
)
REFERENCES = ("m=1", "m=0", "class_weight", "weights(m)")


def results(found, tasks, generators=("smote", "jitter"), classifiers=("logistic",), n_splits=100):
    """Paired differences and summary of VTSS, alike in every cell: `found` maps a reference to mean and chances."""
    rows = []
    cells = itertools.product(tasks, classifiers, generators, REFERENCES)
    for task, classifier, generator, reference in cells:
        mean, chances = found.get(reference, SAME)
        rows.append(
            {
                "task": task,
                "classifier": classifier,
                "generator": generator,
                "metric": "excess_risk",
                "subject": "vtss",
                "criterion": "balanced_loss",
                "multiplier": np.nan,
                "reference": reference,
                "mean_difference": mean,
                "nadeau_bengio_low": mean - 0.004,
                "nadeau_bengio_high": mean + 0.004,
                "level": 0.95,
                "n_splits": n_splits,
                "rope": 0.01,
                **dict(
                    zip([f"probability_{x}" for x in ("better", "equivalent", "worse")], chances, strict=True)
                ),
                "note": None,
            }
        )
    vtss = {
        "classifier": ["logistic"],
        "metric": ["excess_risk"],
        "criterion": ["balanced_loss"],
        "edge_share": [0.0],
    }
    return pd.DataFrame(rows), pd.DataFrame(vtss | {"multiplier_median": [0.8]})


@pytest.fixture
def say(names):
    def call(paired, vtss, simulated=False, left_out=None, names=names):
        lines = headline(paired, vtss, names=names, simulated=simulated, left_out=left_out or {})
        assert 1 <= len(lines) <= 5
        assert not any("nan" in line for line in lines)
        return lines

    return call


@pytest.mark.parametrize(
    ("raw", "weights", "answer"),
    [
        (GAIN, GAIN, OVERSAMPLE),
        (GAIN, SAME, NOT_WEIGHTS),
        (GAIN, NO_GAIN, NOT_WEIGHTS),
        (GAIN, LOSS, NOT_WEIGHTS),
        (GAIN, OPEN, REBALANCE),
        (LOSS, GAIN, NOT_RAW),
        (SAME, SAME, NOT_RAW),
        (OPEN, SAME, UNDECIDED),
    ],
)
def test_the_answer_follows_from_raw_data_and_weights(say, names, raw, weights, answer):
    lines = say(*results({"m=0": raw, "weights(m)": weights}, names.tasks))
    assert lines[0] == f"{answer}."


def test_a_clear_gain_stands_with_its_interval(say, names):
    lines = say(*results({"m=0": GAIN}, names.tasks))
    assert lines[1] == (
        "Oversampling against raw data (m = 0): better; logistic regression -0.300 nats [-0.304 to -0.296]."
    )
    assert lines[2].startswith(
        "At the chosen m (median 0.80) against full balance (m = 1): no difference that matters;"
    )
    assert "95% Nadeau-Bengio intervals]; up to 0.01 does not matter." in lines[4]


def test_a_clear_loss_is_called_so(say, names):
    lines = say(*results({"m=0": LOSS}, names.tasks))
    assert lines[0].startswith("Do not oversample")
    assert "worse; logistic regression +0.300 nats [+0.296 to +0.304]" in lines[1]


def test_ranges_run_over_tasks_and_generators_per_classifier(say, names):
    paired, vtss = results({"m=0": GAIN}, names.tasks, classifiers=("logistic", "svm"))
    one = (paired["classifier"] == "svm") & (paired["task"] == "sepsis") & (paired["reference"] == "m=0")
    paired.loc[one, ["mean_difference", "nadeau_bengio_low"]] = [-0.5, -0.9]
    assert say(paired, vtss)[1].endswith(
        "logistic regression -0.300 nats [-0.304 to -0.296], linear SVM -0.500 to -0.300 hinge loss [-0.900 to -0.296]."
    )


def test_tasks_that_differ_are_named(say, names):
    paired, vtss = results({"m=0": GAIN}, names.tasks)
    one = (paired["task"] == "sepsis") & (paired["reference"] == "weights(m)")
    paired.loc[one, ["probability_better", "probability_equivalent"]] = [0.5, 0.5]
    lines = say(paired, vtss)
    assert lines[0] == f"{NOT_WEIGHTS} (In-hospital death, Septic shock). {REBALANCE} (Sepsis)."
    assert "no difference that matters (In-hospital death, Septic shock); undecided (Sepsis)" in lines[3]


def test_generators_that_differ_make_no_verdict(say, names):
    paired, vtss = results({"m=0": GAIN}, names.tasks)
    one = (paired["generator"] == "jitter") & (paired["reference"] == "m=0")
    paired.loc[one, ["probability_better", "probability_worse"]] = [0.0, 1.0]
    lines = say(paired, vtss)
    assert lines[0] == f"{DEPENDS}."
    assert "better in some fits only" in lines[1]


def test_missing_weights_are_told_and_class_weights_step_in(say, names):
    paired, vtss = results({"m=0": GAIN}, names.tasks)
    chances = ["probability_better", "probability_equivalent", "probability_worse", "nadeau_bengio_low"]
    lost = paired["reference"] == "weights(m)"
    paired.loc[lost, chances] = np.nan
    paired.loc[lost, "note"] = "control weights was not run"
    assert say(paired, vtss)[0] == f"{NOT_WEIGHTS}."
    lost = paired["reference"] == "class_weight"
    paired.loc[lost, chances] = np.nan
    lines = say(paired, vtss)
    assert lines[0] == "Oversampling beats the raw data; mere weights were not compared."
    assert lines[3] == "Oversampling against mere weights: not compared (control weights was not run)."


def test_a_cell_that_is_missing_is_counted(say, names):
    paired, vtss = results({"m=0": GAIN}, names.tasks)
    lost = (paired["task"] == "sepsis") & (paired["generator"] == "jitter") & (paired["reference"] == "m=0")
    paired.loc[lost, ["probability_better", "mean_difference", "nadeau_bengio_low"]] = np.nan
    paired.loc[lost, "note"] = "1 of 100 splits lack a value"
    assert say(paired, vtss)[1].endswith("; 1 of 6 comparisons missing (1 of 100 splits lack a value).")


def test_one_split_gives_no_claim(say, names):
    paired, vtss = results({"m=0": (-0.3, (np.nan,) * 3)}, names.tasks, n_splits=1)
    paired[["probability_better", "nadeau_bengio_low", "nadeau_bengio_high"]] = np.nan
    lines = say(paired.assign(note="one split: no interval, no test"), vtss, simulated=True)
    assert lines == [
        "No answer: one split: no interval, no test.",
        "Only 1 split: provisional. Simulated data: no clinical conclusion.",
    ]


def test_many_tasks_still_make_five_lines(say):
    labels = {f"task{i}": f"Task {i}" for i in range(12)}
    paired, vtss = results({"m=0": GAIN}, labels, generators=("smote", "adasyn", "jitter"))
    open_ones = paired["task"].isin([f"task{i}" for i in range(5)]) & (paired["reference"] == "weights(m)")
    paired.loc[open_ones, ["probability_better", "probability_equivalent"]] = [0.5, 0.5]
    lines = say(paired, vtss, names=names_of(labels))
    assert lines[0] == f"{NOT_WEIGHTS} (7 of 12 tasks). {REBALANCE} (5 of 12 tasks)."
    assert max(map(len, lines)) < 250


def test_few_splits_choices_on_the_edge_and_missing_parts_are_told(say):
    paired, vtss = results({}, ["mortality", "sepsis"], n_splits=5)
    lines = say(paired, vtss.assign(edge_share=0.4), left_out={"septic_shock": "no row"})
    assert "(median 0.80, on the grid's edge in up to 40% of splits)" in lines[2]
    assert lines[4].endswith("Incomplete run, without Septic shock. Only 5 splits: provisional.")


def test_a_grid_of_the_raw_data_alone_has_nothing_to_compare(say, names):
    paired, vtss = results({"m=0": SAME}, names.tasks)
    fixed = paired[paired["reference"] == "class_weight"].assign(subject="fixed", multiplier=0.0)
    assert say(pd.concat([paired, fixed]), vtss, simulated=True) == [
        "No answer: the grid holds m = 0 alone, so that no row was added; raise experiment.multipliers.stop.",
        "Simulated data: no clinical conclusion.",
    ]
