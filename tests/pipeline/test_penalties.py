"""Which penalties a run fits besides its classifiers' own, and what takes part in the choice among all recipes."""

import pytest
from test_config import load, resolve

from synthsize.errors import InputError
from synthsize.pipeline.cells import block_settings, control_settings, rival_generators, validated_controls
from synthsize.pipeline.penalties import penalties


def configuration(classifiers, C, **experiment):
    return resolve(load({"experiment": {"classifiers": classifiers, "recipes": {"C": C}, **experiment}}))


def test_a_penalty_changes_C_of_the_classifiers_whose_own_is_another():
    config = configuration(["logistic", {"name": "svm", "params": {"C": 0.1}}, "boosting"], [10, 0.1, 1.0])
    found = penalties(config)
    assert {name: (one.C, one.classifiers) for name, one in found.items()} == {
        "C0.1": (0.1, ["logistic"]),
        "C1": (1.0, ["svm"]),
        "C10": (10.0, ["logistic", "svm"]),
    }
    own, other = (block_settings(one, "logistic", "smote") for one in (config, found["C0.1"].config))
    assert other["learner"]["params"] == {**own["learner"]["params"], "C": 0.1}
    assert {**other, "learner": own["learner"]} == own
    own, other = (control_settings(one, "svm") for one in (config, found["C1"].config))
    assert {**other, "learner": own["learner"]} == own


def test_no_penalty_is_fitted_unless_asked_or_where_one_failed():
    assert penalties(resolve(load())) == {}
    assert penalties(configuration(["logistic"], [1.0])) == {}
    asked = {"experiment": {"recipes": {"C": [0.1]}}}
    assert penalties(resolve(load(asked, {"experiment": {"recipes": {"choose": False}}}))) == {}
    assert penalties(resolve(load(asked, {"reporting": {"left_out": {"penalties": "broken"}}}))) == {}
    with pytest.raises(InputError, match=r"no entry of .* has a parameter C; leave it empty"):
        penalties(configuration(["boosting"], [0.1]))


def test_only_generators_with_the_folds_and_splits_of_their_classifier_are_rivals():
    generators = [
        "smote",
        {"name": "jitter", "params": {"scale": 0.5}},
        {"name": "adasyn", "vtss": {"repeats": 2}},
        {"name": "gaussian", "splits": 10},
        {"name": "borderline_smote", "multipliers": {"step": 0.5}},
    ]
    classifiers = ["logistic", {"name": "boosting", "splits": 10, "vtss": {"repeats": 2}}]
    rivals = rival_generators(
        resolve(load({"experiment": {"classifiers": classifiers, "generators": generators}}))
    )
    assert rivals == {
        "logistic": ["smote", "jitter", "borderline_smote"],
        "boosting": ["smote", "jitter", "adasyn", "gaussian", "borderline_smote"],
    }


def test_controls_are_validated_where_the_run_has_them_and_chooses():
    some = {"experiment": {"controls": ["threshold", "weights", "none"]}}
    assert validated_controls(resolve(load())) == ["none", "prior_shift", "class_weight", "weights"]
    assert validated_controls(resolve(load(some))) == ["none", "weights"]
    assert validated_controls(resolve(load({"experiment": {"recipes": {"choose": False}}}))) == []
