"""Strategies of a run: the cells that they make, what those depend on, and what a wrong one gets."""

from pathlib import Path

import pytest
import yaml
from snakemake.utils import validate

from synthsize.errors import InputError
from synthsize.pipeline.cells import (
    block_settings,
    control_settings,
    diagnosis_settings,
    generators_drawn,
    impossible_cells,
    measured_splits,
    multipliers,
    rival_generators,
    run_cells,
    validation_effort,
)
from synthsize.pipeline.config import resolve
from synthsize.pipeline.fit_dependencies import fit_versions
from synthsize.pipeline.named import run_names
from synthsize.pipeline.plan import describe_impossible
from synthsize.pipeline.schema import read_text
from synthsize.report.missing import impossible_in_words

ROOT = Path(__file__).parents[2]
FILE = ROOT / "workflow/schemas/config.schema.yaml"
SCHEMA = yaml.safe_load(FILE.read_text())
ALL = ["oversample", "mixed", {"name": "weighted", "alpha": [0.25, 0.125]}]


def resolved(**experiment):
    config = read_text(yaml.safe_load((ROOT / "config.yaml").read_text()), SCHEMA)
    config.setdefault("experiment", {}).update(generators=["smote", "jitter"], **experiment)
    validate(config, str(FILE))
    return resolve(config, SCHEMA["$defs"]["entry"])


def test_each_strategy_makes_a_cell_of_each_generator():
    config = resolved(strategies=ALL)
    assert list(config["experiment"]["generators"]) == [
        *("smote", "jitter", "smote_mixed", "jitter_mixed"),
        *("smote_weighted_25", "jitter_weighted_25", "smote_weighted_12_5", "jitter_weighted_12_5"),
    ]
    assert resolve(config, SCHEMA["$defs"]["entry"]) == config
    names = run_names(config)
    assert names.generator("smote_mixed") == "SMOTE, mixed"
    assert names.generator("jitter_weighted_12_5").endswith("weight 0.125")
    colours = [names.colour(name) for name in names.generators]
    assert len(set(colours)) == len(colours)
    assert (names.raw_at_zero("smote"), names.raw_at_zero("smote_mixed")) == (True, False)
    assert rival_generators(config)["logistic"] == list(config["experiment"]["generators"])


def test_cells_of_one_strategy_do_not_depend_on_the_others():
    alone, beside = resolved(), resolved(strategies=ALL)
    assert block_settings(alone, "logistic", "smote") == block_settings(beside, "logistic", "smote")
    assert control_settings(alone, "logistic") == control_settings(beside, "logistic")
    assert "strategy" not in block_settings(beside, "logistic", "smote")
    fewer = resolved(strategies=["mixed"])
    assert list(fewer["experiment"]["generators"]) == ["smote_mixed", "jitter_mixed"]
    mixed = block_settings(beside, "logistic", "smote_mixed")
    assert mixed == block_settings(fewer, "logistic", "smote_mixed")
    assert mixed["strategy"] == {"name": "mixed", "params": {}, "of": "smote"}
    assert resolve(fewer, SCHEMA["$defs"]["entry"]) == fewer


NEIGHBOURS = {"name": "knn", "class": "sklearn.neighbors.KNeighborsClassifier"}


def test_a_learner_without_weights_has_no_cell_of_a_strategy_that_weighs():
    config = resolved(
        strategies=["oversample", {"name": "weighted", "alpha": 0.5}], classifiers=["logistic", NEIGHBOURS]
    )
    weighted = ["smote_weighted_50", "jitter_weighted_50"]
    every = ["smote", "jitter", *weighted]
    cells = run_cells(config)
    assert cells == [("logistic", name) for name in every] + [("knn", name) for name in every[:2]]
    assert rival_generators(config) == {"logistic": every, "knn": every[:2]}
    assert list(validation_effort(config)["knn"]) == ["smote", "jitter", "controls"]
    impossible = impossible_cells(config)
    assert list(impossible) == [("knn", name) for name in weighted]
    line = describe_impossible(impossible)
    assert line == (
        "synthsize: left out of this run: knn with smote_weighted_50, knn with jitter_weighted_50 (the classifier "
        "takes no weights of rows, which strategy weighted needs)"
    )
    parts = {f"mortality/{'/'.join(cell)}": reason for cell, reason in impossible.items()}
    (fact,) = impossible_in_words(
        {**parts, "sepsis/knn/smote_weighted_50": reason_of(parts)}, run_names(config)
    ).items()
    assert fact == (
        "Not fitted",
        "knn with SMOTE, weight 0.5; Gaussian jitter, weight 0.5 (the classifier takes no weights of rows, which "
        "strategy weighted needs)",
    )
    assert resolve(config, SCHEMA["$defs"]["entry"]) == config


def reason_of(parts):
    return next(iter(parts.values()))


def test_a_learner_that_no_strategy_leaves_a_cell_is_named():
    with pytest.raises(
        InputError, match=r"experiment\.classifiers\.knn takes no weights of rows, which every strategy"
    ):
        resolved(strategies=["weighted"], classifiers=["logistic", NEIGHBOURS])


def test_mixed_ends_where_no_majority_row_is_left():
    config = resolved(strategies=ALL)
    run = multipliers(config, "logistic", "smote")
    assert multipliers(config, "logistic", "smote_mixed") == tuple(m for m in run if m <= 1)
    assert multipliers(config, "logistic", "smote_weighted_25") == run


def test_rows_of_a_generator_are_judged_whatever_its_strategies():
    beside, alone = resolved(strategies=ALL), resolved(strategies=["mixed"])
    assert list(generators_drawn(beside)) == list(generators_drawn(alone)) == ["smote", "jitter"]
    assert diagnosis_settings(alone, "smote") == diagnosis_settings(beside, "smote")
    assert measured_splits(alone, "smote") == measured_splits(beside, "smote") != []
    assert fit_versions(alone, generator="smote") == fit_versions(beside, generator="smote")
    names = run_names(alone)
    assert (names.generator("smote"), names.generator("smote_mixed")) == ("SMOTE", "SMOTE, mixed")
    with_fidelity = {
        **alone,
        "reporting": {**alone["reporting"], "left_out": {"mortality/fidelity/smote": "x"}},
    }
    assert resolve(with_fidelity, SCHEMA["$defs"]["entry"])["reporting"]["left_out"]


@pytest.mark.parametrize(
    ("experiment", "words"),
    [
        (
            {"strategies": ["undersample"]},
            "names 'undersample', which is none of oversample, mixed, weighted",
        ),
        ({"strategies": ["mixed", {"name": "mixed"}]}, "'mixed' twice"),
        ({"strategies": [{"name": "weighted", "alpha": 2}]}, "experiment.strategies.0.alpha"),
        ({"strategies": [{"name": "weighted", "alpha": []}]}, "alpha is an empty list"),
        ({"strategies": [{"name": "weighted", "beta": 1}]}, "beta"),
        (
            {"strategies": ["mixed"], "multipliers": {"start": 1.5, "stop": 2.0}},
            "beyond the largest that experiment.generators.smote_mixed has, 1",
        ),
    ],
)
def test_a_wrong_strategy_is_reported_in_one_line(experiment, words):
    with pytest.raises(InputError, match=words) as caught:
        resolved(**experiment)
    assert "\n" not in str(caught.value)


def test_a_name_that_a_strategy_makes_is_taken():
    taken = {"name": "smote_mixed", "class": "imblearn.over_sampling.SMOTE"}
    config = read_text(yaml.safe_load((ROOT / "config.yaml").read_text()), SCHEMA)
    config.setdefault("experiment", {}).update(generators=["smote", taken], strategies=["mixed"])
    validate(config, str(FILE))
    with pytest.raises(InputError, match="give the former another name"):
        resolve(config, SCHEMA["$defs"]["entry"])
