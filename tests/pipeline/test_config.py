"""What a configuration means, and the one line a wrong one gets."""

import json
from copy import deepcopy
from functools import partial
from pathlib import Path

import jsonschema
import pytest
import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from synthsize.errors import InputError
from synthsize.pipeline.config import (
    control_settings,
    diagnosis_settings,
    experiment_settings,
    explain,
    least_positives,
    multipliers,
    read_text,
    reported_classifiers,
    reported_tasks,
    resolve,
    split_blocks,
)

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


def load(*overrides):
    """config.yaml with `overrides` layered over it, as Snakemake layers them."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    for override in overrides:
        merge(config, override)
    validate(config, str(SCHEMA))
    return config


def merged(config, override):
    merge(config, override)
    return config


def merge(config, override):
    for key, value in override.items():
        if isinstance(value, dict) and isinstance(config.get(key), dict):
            merge(config[key], value)
        else:
            config[key] = deepcopy(value)


def text_of(value):
    """`value` as --config delivers it: every leaf is text."""
    if isinstance(value, dict):
        return {key: text_of(part) for key, part in value.items()}
    if isinstance(value, list):
        return [text_of(part) for part in value]
    return value if isinstance(value, str) else json.dumps(value)


def schema_message(override):
    with pytest.raises(WorkflowError) as caught:
        load(override)
    return explain(caught.value.__context__)


def leaves(schema, path=()):
    for key, value in schema.get("properties", {}).items():
        if "properties" in value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def at(config, path):
    for key in path:
        config = config[key]
    return config


def test_config_yaml_states_every_key_at_its_default():
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    schema = yaml.safe_load(SCHEMA.read_text())
    for path, rule in leaves(schema):
        if path == ("tasks",):
            continue
        assert rule["description"], path
        assert at(config, path) == rule["default"], path


def test_an_empty_configuration_gets_every_default_but_the_tasks():
    config = {"tasks": {"a": {"outcome": "died_in_hospital"}}}
    validate(config, str(SCHEMA))
    assert config["experiment"]["vtss"] == {
        "folds": 5,
        "repeats": 10,
        "criteria": ["balanced_loss", "balanced_accuracy"],
    }


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(yaml.safe_load(SCHEMA.read_text()))


@pytest.mark.parametrize("preset", sorted((ROOT / "workflow/presets").glob("*.yaml")), ids=lambda p: p.stem)
def test_presets_layer_over_config_yaml(preset):
    override = yaml.safe_load(preset.read_text())
    if override.get("source", {}).get("name") == "mimic3":
        merge(override, {"source": {"path": "somewhere"}})
    resolve(load(override))


def test_text_from_the_command_line_gets_its_type():
    config, schema = load(), yaml.safe_load(SCHEMA.read_text())
    assert read_text(text_of(config), schema) == config


def test_a_whole_number_with_a_point_is_whole():
    config = read_text(merged(load(), {"experiment": {"splits": 2.0}}), yaml.safe_load(SCHEMA.read_text()))
    assert type(config["experiment"]["splits"]) is int


def test_a_configuration_without_tasks_is_told_so():
    with pytest.raises(WorkflowError) as caught:
        validate({}, str(SCHEMA))
    assert explain(caught.value.__context__) == "tasks is missing; config.yaml shows how it looks"


@pytest.mark.parametrize("text", ["ten", "[1", "{", ""])
def test_text_of_no_number_is_left_for_the_validation(text):
    schema = yaml.safe_load(SCHEMA.read_text())
    config = read_text(merged(load(), {"experiment": {"splits": text}}), schema)
    with pytest.raises(WorkflowError):
        validate(config, str(SCHEMA))


def test_protocol_presets_fill_open_switches_only():
    paper = resolve(load({"protocol": {"preset": "paper"}}))
    assert (paper["source"]["concepts"], paper["protocol"]["group_by"]) == ("paper", "admission")
    assert (paper["protocol"]["imputation"], paper["protocol"]["interval"]) == ("cohort", "normal")
    mixed = resolve(
        load({"protocol": {"preset": "paper", "group_by": "patient"}, "source": {"concepts": "corrected"}})
    )
    assert (mixed["source"]["concepts"], mixed["protocol"]["group_by"]) == ("corrected", "patient")
    assert mixed["protocol"]["imputation"] == "cohort"


def test_resolving_twice_changes_nothing():
    once = resolve(load())
    assert resolve(once) == once


def test_a_null_task_is_dropped():
    assert list(resolve(load({"tasks": {"sepsis": None}}))["tasks"]) == ["mortality", "septic_shock"]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ({"cohrt": {}}, "unknown key cohrt; did you mean 'cohort'?"),
        (
            {"cohort": {"window_hour": 1}},
            "unknown key cohort.window_hour; did you mean 'window_hours'?",
        ),
        (
            {"experiment": {"vtss": {"zzz": 1}}},
            "unknown key experiment.vtss.zzz; known keys there: folds",
        ),
        ({"experiment": {"splits": 0}}, "experiment.splits is 0, but it must be at least 1"),
        (
            {"experiment": {"splits": "ten"}},
            "experiment.splits is 'ten', but its type must be integer",
        ),
        ({"cohort": {"admissions": "last"}}, "it must be one of all or first or latest"),
        ({"experiment": {"generators": []}}, "experiment.generators is [], but it needs at least 1 entry"),
        (
            {"tasks": {"sepsis": {"icd9": [99592]}}},
            "tasks.sepsis.icd9.0 is 99592, but its type must be string",
        ),
        ({"tasks": {"My Task": {"icd9": ["99592"]}}}, "'My Task' is no task name"),
        ({"experiment": {"test_size": 1}}, "experiment.test_size is 1, but it must be less than 1"),
        ({"source": "mimic3"}, "source is 'mimic3', but its type must be object"),
        ({"cohort": None}, "cohort is null, but its type must be object"),
        ({"simulate": {"admissions": 10}}, "simulate.admissions is 10, but it must be at least 300"),
    ],
)
def test_a_broken_schema_is_told_in_one_line(override, message):
    told = schema_message(override)
    assert message in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ({"cohort": {"window_hours": 100}}, "cohort.bin_hours.vital is 6, which does not divide"),
        ({"cohort": {"bin_hours": {"lab": 50}}}, "cohort.bin_hours.lab is 50, which does not divide"),
        ({"cohort": {"window_hours": 6}}, "cohort.bin_hours.lab is 24"),
        ({"tasks": {"sepsis": None, "mortality": None, "septic_shock": None}}, "tasks is empty"),
        (
            {"tasks": {"features": {"icd9": ["99592"]}}},
            "tasks.features: the workflow has a file of that name",
        ),
        ({"cohort": {"window_hours": float("inf")}}, "cohort.window_hours is inf; give a finite number"),
        ({"experiment": {"multipliers": {"step": float("nan")}}}, "experiment.multipliers.step is nan"),
        ({"tasks": {"new": {"label": "New"}}}, "tasks.new has neither outcome nor codes"),
        ({"tasks": {"mortality": {"icd9": ["99592"]}}}, "tasks.mortality has both outcome and icd9"),
        ({"experiment": {"multipliers": {"start": 3}}}, "experiment.multipliers.stop is 2, below start 3"),
        ({"experiment": {"multipliers": {"step": 0.3}}}, "experiment.multipliers.step 0.3 does not divide"),
        ({"source": {"path": "somewhere"}}, "source.path is 'somewhere' but source.name is 'simulated'"),
        ({"source": {"name": "mimic3"}}, "source.path is empty"),
        (
            {"simulate": {"admissions": 300}, "experiment": {"vtss": {"folds": 40}}},
            "experiment.vtss.folds is 40, but about",
        ),
        (
            {"reporting": {"left_out": {"dialysis": "?"}}},
            "reporting.left_out names 'dialysis', which this run",
        ),
        ({"reporting": {"left_out": {"sepsis/svm/smte": "?"}}}, "names 'sepsis/svm/smte', which this run"),
        ({"reporting": {"left_out": {"sepsis/": "?"}}}, "names 'sepsis/', which this run"),
        (
            {"reporting": {"left_out": dict.fromkeys(("mortality", "sepsis", "septic_shock"), "?")}},
            "reporting.left_out leaves nothing to report",
        ),
    ],
)
def test_a_contradiction_is_told_in_one_line(override, message):
    with pytest.raises(InputError) as caught:
        resolve(load(override))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_output_root_that_cannot_be_made_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="file is a file; name a folder"):
        resolve(load({"output": {"root": str(tmp_path / "file" / "deeper")}}))
    resolve(load({"output": {"root": str(tmp_path / "new" / "deeper")}}))
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(InputError, match="cannot be written; name a folder of your own"):
        resolve(load({"output": {"root": str(tmp_path / "new")}}))


def test_the_published_grid_has_41_multipliers_without_rounding_dust():
    grid = multipliers(load())
    assert len(grid) == 41
    assert grid[0] == 0
    assert grid[3] == 0.15
    assert grid[-1] == 2


def test_splits_fall_into_blocks_without_gap_or_overlap():
    blocks = split_blocks(load({"experiment": {"splits": 23, "splits_per_job": 5}}))
    assert [split for block in blocks.values() for split in block] == list(range(23))
    assert [len(block) for block in blocks.values()] == [5, 5, 5, 5, 3]
    assert list(blocks) == ["00000", "00005", "00010", "00015", "00020"]


def test_more_splits_leave_the_settings_of_a_block_alone():
    few, many = (resolve(load({"experiment": {"splits": n}})) for n in (10, 100))
    assert experiment_settings(few, "smote") == experiment_settings(many, "smote")
    assert split_blocks(few).items() <= split_blocks(many).items()


def test_a_block_depends_on_its_own_generators_settings_only():
    quiet, loud = (resolve(load({"experiment": {"jitter_scale": scale}})) for scale in (1, 2))
    assert experiment_settings(quiet, "smote") == experiment_settings(loud, "smote")
    assert experiment_settings(quiet, "jitter") != experiment_settings(loud, "jitter")


def test_controls_and_diagnosis_depend_on_no_more_than_they_use():
    base = resolve(load())
    for settings, ignored, used in (
        (control_settings, {"vtss": {"repeats": 2}, "k_neighbors": 3}, {"vtss": {"folds": 3}}),
        (
            partial(diagnosis_settings, generator="smote"),
            {"vtss": {"folds": 3}, "C": 2.0},
            {"k_neighbors": 3},
        ),
    ):
        assert settings(resolve(load({"experiment": ignored}))) == settings(base)
        assert settings(resolve(load({"experiment": used}))) != settings(base)


def test_least_positives_fill_every_fold_and_test_set():
    config = load({"experiment": {"vtss": {"folds": 5}, "test_size": 0.2}})
    assert least_positives(config) == 7


def test_tasks_are_reported_unless_left_out_as_a_whole():
    left_out = {
        "sepsis": "no codes",
        "mortality/svm/controls": "late",
        "septic_shock/diagnosis/smote": "late",
    }
    assert reported_tasks(resolve(load({"reporting": {"left_out": left_out}}))) == [
        "mortality",
        "septic_shock",
    ]


def test_a_classifier_without_any_cell_is_not_reported():
    config = {
        "tasks": {"septic_shock": None},
        "experiment": {"generators": ["smote", "jitter"]},
        "reporting": {"left_out": {"sepsis": "no codes", "mortality/svm/smote": "late"}},
    }
    assert reported_classifiers(resolve(load(config))) == ["logistic", "svm"]
    config["reporting"]["left_out"]["mortality/svm/jitter"] = "late"
    assert reported_classifiers(resolve(load(config))) == ["logistic"]
