from dataclasses import replace

import numpy as np
import pytest
from run_names import names_of

from synthsize.balance.risk import balanced_risk, oracle_risk
from synthsize.report.page.reading import how_to_read


def settings(classifiers=("logistic", "svm"), weight=0.5, oracle="weighted", splits=100):
    return {
        "experiment": {"classifiers": list(classifiers), "splits": splits},
        "protocol": {
            "majority_weight": weight,
            "oracle": oracle,
            "group_by": "patient",
            "imputation": "train",
        },
    }


def tell(config, **brought):
    every = names_of({}, **brought)
    chosen = {name: every.learners[name] for name in config["experiment"]["classifiers"]}
    return how_to_read(config, replace(every, learners=chosen))


def test_the_words_follow_weight_classifiers_and_oracle():
    measure, level, *_ = tell(settings())
    assert "both classes count the same: log-loss in nats for logistic regression, hinge loss" in measure
    assert "p/8 · (1/n₁ + 1/n₀)" in level
    measure, level, *_ = tell(settings(["logistic"], weight=0.2, oracle="undersampled"))
    assert (
        "the majority class counts 0.2 and the minority 0.8: log-loss in nats for logistic regression."
        in measure
    )
    assert "hinge" not in measure
    assert "thinned" in level
    assert "about p/6.25 · 1/n₁" in level
    assert "log-loss" not in tell(settings(["svm"]))[1]


def test_nothing_is_called_excess_risk_that_is_not():
    trees = {"name": "trees", "class": "sklearn.ensemble.ExtraTreesClassifier", "label": "Extra trees"}
    measure, *_ = tell(settings(["logistic", "trees"]), brought_learners=[trees])
    assert "For extra trees that lowest risk is not known" in measure
    words = " ".join(tell(settings(["trees"]), brought_learners=[trees]))
    assert "excess" not in words
    assert "too optimistic" not in words


def test_the_intervals_are_spoken_of_as_far_as_there_are_any():
    assert "no interval" in tell(settings(splits=1))[2]
    assert "With 4 splits both are rough" in tell(settings(splits=4))[2]
    assert "rough" not in tell(settings())[2]


def test_the_paths_of_test_rows_into_the_fits_are_reported():
    config = settings()
    assert len(tell(config)) == 3
    config["protocol"]["imputation"] = "cohort"
    (leak,) = tell(config)[3:]
    assert "means to which the test rows contributed" in leak
    assert "patient" not in leak
    config["protocol"]["group_by"] = "admission"
    (leak,) = tell(config)[3:]
    assert "a patient of several may be on both sides" in leak
    assert "No interval here applies to new patients" in leak


@pytest.mark.parametrize(
    ("weight", "oracle"), [(0.5, "weighted"), (0.2, "weighted"), (0.5, "undersampled"), (0.2, "undersampled")]
)
def test_the_surplus_named_is_that_of_the_oracle(weight, oracle):
    """Rows without signal: the best risk in the population is known, and the oracle's lies the surplus below it."""
    rng = np.random.default_rng(5)
    features, n_minority, n_majority = 5, 120, 480
    y = np.repeat([1, 0], [n_minority, n_majority]).astype(np.int8)
    best = balanced_risk("logistic", np.full(len(y), np.log((1 - weight) / weight)), y, weight)
    found = [
        best
        - oracle_risk(
            "logistic",
            rng.normal(size=(len(y), features)),
            y,
            variant=oracle,
            majority_weight=weight,
            random_state=repeat,
        )
        for repeat in range(150)
    ]
    rows = 2 / n_minority if oracle == "undersampled" else 1 / n_minority + 1 / n_majority
    expected = features * weight * (1 - weight) / 2 * rows
    assert np.mean(found) == pytest.approx(expected, rel=0.2)
