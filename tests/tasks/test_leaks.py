"""Remarks on features that tell the classes apart, and none on what chance does in small classes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from synthsize.tasks.leaks import leak_notes

LABEL = np.arange(60) % 6 == 0
NOISE = np.random.default_rng(3).normal(size=60)
APART = ["x alone separates the two values of died, as a copy of it does"]
ONE_CLASS = ["x has values only where died has one of its values, as if entered because of it"]


def notes(values, label=LABEL):
    return leak_notes(pd.DataFrame({"x": np.asarray(values, dtype=float)}), label, "died")


@pytest.mark.parametrize(
    "values",
    [LABEL, ~LABEL, 1 + LABEL, LABEL + NOISE / 100, np.where(np.arange(60) % 4 == 1, np.nan, LABEL)],
    ids=["copy", "complement", "recoded", "blurred", "copy with gaps"],
)
def test_a_feature_that_parts_the_classes_is_named(values):
    known = ~np.isnan(np.asarray(values, dtype=float))
    assert roc_auc_score(LABEL[known], np.asarray(values)[known]) in (0, 1)
    assert notes(values) == APART


def test_a_feature_that_one_class_alone_has_is_named():
    assert notes(np.where(LABEL, NOISE, np.nan)) == ONE_CLASS  # a time of death
    assert notes(np.where(LABEL & (np.arange(60) % 12 == 0), NOISE, np.nan)) == ONE_CLASS


def test_other_features_are_not():
    almost = LABEL.copy()
    almost[1] = True
    for values in (NOISE, almost, np.full(60, np.nan), np.ones(60), np.where(NOISE > 1.5, NOISE, np.nan)):
        assert notes(values) == []


def test_chance_in_a_small_class_is_passed_over():
    """With two rows in a class of thirty, one unrelated feature in 218 parts the classes."""
    label = np.arange(30) < 2
    assert roc_auc_score(label, np.arange(30)) == 0
    assert notes(np.arange(30), label) == []


def test_unrelated_features_are_hardly_ever_named():
    rng = np.random.default_rng(0)
    label = np.arange(40) < 4
    features = pd.DataFrame(rng.normal(size=(40, 500)))
    features = features.where(rng.random(features.shape) < 0.2)  # eight values each
    assert leak_notes(features, label, "died") == []
