from pathlib import Path

import pytest
import yaml

from synthsize.report.page.run import describe_run

MANIFEST = {"packages": {}, "program": "synthsize 0", "revision": None, "inputs": []}


@pytest.fixture
def config():
    """The resolved configuration of config.yaml."""
    config = yaml.safe_load((Path(__file__).parents[3] / "config.yaml").read_text())
    config["protocol"] |= {"group_by": "patient", "imputation": "train", "interval": "nadeau_bengio"}
    config["source"]["concepts"] = "corrected"
    return config


def test_every_generator_is_named_with_the_settings_it_takes(config):
    config["experiment"] |= {"generators": ["borderline_smote", "jitter"], "classifiers": ["svm"]}
    facts = describe_run(config, MANIFEST)
    assert facts["Generators"] == (
        "Borderline-SMOTE (10 neighbours, 10 for the danger rule), "
        "Gaussian jitter (noise of 1 times the minority's standard deviation)"
    )
    assert facts["Classifiers"] == "linear SVM; C = 1"


def test_weights_and_criteria_are_told(config):
    config["protocol"]["majority_weight"] = 0.2
    config["experiment"]["vtss"] |= {"repeats": 1, "criteria": ["balanced_accuracy"]}
    facts = describe_run(config, MANIFEST)
    assert facts["Balanced risk"] == "counts the majority 0.2 and the minority 0.8"
    assert facts["VTSS"] == "5-fold cross-validation, once, inside each training set, by balanced accuracy"


def test_no_folder_is_told(config):
    config["source"] |= {"name": "mimic3", "path": "/data/secret"}
    assert "secret" not in str(describe_run(config, MANIFEST))


def test_the_release_is_named_where_it_is_known(config):
    config["source"]["name"] = "mimic3"
    known = {**MANIFEST, "inputs": [{"release": "MIMIC-III demo v1.4"}, {"release": "MIMIC-III demo v1.4"}]}
    assert describe_run(config, known)["Data"] == "MIMIC-III demo v1.4"
    unknown = {**MANIFEST, "inputs": [{"release": None}]}
    assert describe_run(config, unknown)["Data"] == "MIMIC-III, of no known release"
