from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from run_names import names_of

from synthsize.pipeline.named import read_generators, run_names
from synthsize.report.page.run import describe_run

MANIFEST = {"packages": {}, "program": "synthsize 0", "revision": None, "inputs": []}


@pytest.fixture
def config():
    """The resolved configuration of config.yaml."""
    config = yaml.safe_load((Path(__file__).parents[3] / "config.yaml").read_text())
    config["protocol"] |= {"group_by": "patient", "imputation": "train", "interval": "nadeau_bengio"}
    config["source"]["concepts"] = "corrected"
    return config


def names(config):
    every = names_of({})
    experiment = config["experiment"]
    return replace(
        every,
        learners={name: every.learners[name] for name in experiment["classifiers"]},
        generators={name: every.generators[name] for name in experiment["generators"]},
    )


def test_a_concept_set_that_lacks_a_variable_is_reported(config):
    facts = describe_run(config, MANIFEST, names(config), ["Lactate", "Bilirubin, total"])
    assert facts["Item ids"].endswith(
        "; left out of the features (no item, no table or features.without): lactate, total bilirubin"
    )


def test_parameters_that_differ_stand_behind_each_name(config):
    trees = {"name": "trees", "class": "a.Trees", "params": {"n_estimators": 50}}
    facts = describe_run(config, MANIFEST, names_of({}, brought_learners=[trees]))
    assert "logistic regression (C = 1)" in facts["Classifiers"]


def test_every_generator_is_named_with_the_settings_it_takes(config):
    config["experiment"] |= {"generators": ["borderline_smote", "jitter"], "classifiers": ["svm"]}
    facts = describe_run(config, MANIFEST, names(config))
    assert facts["Generators"] == (
        "Borderline-SMOTE (10 neighbours, 10 for the danger rule), "
        "Gaussian jitter (noise of 1 times the minority's standard deviation)"
    )
    assert facts["Classifiers"] == "linear SVM; C = 1"


def test_of_samplers_of_imbalanced_learn_the_law_of_smaller_sizes_is_reported(config):
    schema = Path(__file__).parents[3] / "workflow/schemas/config.schema.yaml"
    given = [
        {"name": "svm_smote", "class": "imblearn.over_sampling.SVMSMOTE", "label": "SVM-SMOTE"},
        {"name": "noise", "class": "synthsize.balance.generators.jitter.Jitter"},
        "smote",
    ]
    specs = read_generators(given, yaml.safe_load(schema.read_text())["$defs"]["entry"])
    assert "words" not in specs["noise"]
    run = {**config, "experiment": {**config["experiment"], "classifiers": {}, "generators": specs}}
    facts = describe_run(config, MANIFEST, run_names(run))
    words = (
        "SVM-SMOTE takes rows of SVMSMOTE, one run for all sizes of a grid: a smaller size is a random part of that "
        "run, which has the sampler's law only where it draws rows independently"
    )
    assert words in facts["Synthetic rows"].split("; ")


def test_grids_splits_and_folds_of_an_entrys_own_are_reported(config):
    none = {"multipliers": None, "splits": None, "vtss": None}
    config["experiment"]["classifiers"] = {
        "logistic": none,
        "svm": {"multipliers": {"step": 0.5}, "splits": 20, "vtss": {"repeats": 1}},
    }
    facts = describe_run(config, MANIFEST, names(config))
    assert facts["Of their own"] == "linear SVM: m step 0.5, 20 splits, 1 repeat"


def test_weights_and_criteria_are_reported(config):
    config["protocol"]["majority_weight"] = 0.2
    config["experiment"]["vtss"] |= {"repeats": 1, "criteria": ["balanced_accuracy"]}
    facts = describe_run(config, MANIFEST, names(config))
    assert facts["Balanced risk"] == "counts the majority 0.2 and the minority 0.8"
    assert facts["VTSS"] == "5-fold cross-validation, once, inside each training set, by balanced accuracy"


def test_no_folder_is_shown(config):
    config["source"] |= {"name": "mimic3", "path": "/data/secret"}
    assert "secret" not in str(describe_run(config, MANIFEST, names(config)))


def test_the_release_is_named_where_it_is_known(config):
    config["source"]["name"] = "mimic3"
    known = {**MANIFEST, "inputs": [{"release": "MIMIC-III demo v1.4"}, {"release": "MIMIC-III demo v1.4"}]}
    assert describe_run(config, known, names(config))["Data"] == "MIMIC-III demo v1.4"
    unknown = {**MANIFEST, "inputs": [{"release": None}]}
    assert describe_run(config, unknown, names(config))["Data"] == "MIMIC-III, of no known release"
