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

from synthsize.catalogue import generators, learners
from synthsize.errors import InputError
from synthsize.extract.definition.loading import load_source
from synthsize.pipeline.brought import brought_files
from synthsize.pipeline.cells import (
    block_settings,
    control_settings,
    diagnosis_settings,
    multipliers,
    n_splits,
    split_blocks,
    transport_settings,
    vtss,
)
from synthsize.pipeline.config import (
    check_source_fits,
    least_positives,
    reported_classifiers,
    reported_tasks,
)
from synthsize.pipeline.config import resolve as resolve_by
from synthsize.pipeline.curves import curve_blocks
from synthsize.pipeline.fit_dependencies import fit_versions
from synthsize.pipeline.named import run_names
from synthsize.pipeline.schema import explain, read_text

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
ENTRY = yaml.safe_load(SCHEMA.read_text())["$defs"]["entry"]


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


def resolve(config):
    return resolve_by(config, ENTRY)


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
    if "name" in override.get("source", {}):
        merge(override, {"source": {"path": "somewhere"}})
    resolve(load(override))


@pytest.mark.parametrize(
    ("experiment", "key"),
    [
        ({"subgroups": ["religion"]}, "experiment.subgroups"),
        ({"subgroups": ["sex", "sex"]}, "experiment.subgroups"),
        ({"transport": {"run": "perhaps"}}, "experiment.transport.run"),
        ({"transport": {"run": True, "least_positives": 0}}, "experiment.transport.least_positives"),
        ({"multiple_imputation": {"imputations": -1}}, "experiment.multiple_imputation.imputations"),
        ({"multiple_imputation": {"rounds": 3}}, "experiment.multiple_imputation"),
    ],
)
def test_what_no_analysis_can_be_asked_for_is_rejected(experiment, key):
    assert key in schema_message({"experiment": experiment})


@pytest.mark.parametrize(("asked", "hidden", "used"), [(50, 10, 50), (2, 10, 10), (2, 0, 7)])
def test_a_stratum_tested_on_has_no_few_positives(asked, hidden, used):
    config = resolve(
        load(
            {"experiment": {"transport": {"least_positives": asked}}, "reporting": {"suppress_below": hidden}}
        )
    )
    assert transport_settings(config, 7) == {"transport": {"splits": 100, "least_positives": used}}


def test_text_from_the_command_line_gets_its_type():
    config, schema = load(), yaml.safe_load(SCHEMA.read_text())
    assert read_text(text_of(config), schema) == config


def test_a_whole_number_with_a_point_is_whole():
    config = read_text(merged(load(), {"experiment": {"splits": 2.0}}), yaml.safe_load(SCHEMA.read_text()))
    assert type(config["experiment"]["splits"]) is int


def test_a_configuration_without_tasks_is_reported():
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
        (
            {"tasks": {"death": {"table": "stays.csv", "lable": "died"}}},  # as near to table, which is there
            "unknown key tasks.death.lable; did you mean 'label'?",
        ),
        ({"experiment": {"splits": 0}}, "experiment.splits is 0, but it must be at least 1"),
        (
            {"experiment": {"splits": "ten"}},
            "experiment.splits is the text 'ten'; it must be a whole number, such as splits: 100",
        ),
        ({"cohort": {"admissions": "last"}}, "it must be one of all, first or latest"),
        ({"experiment": {"generators": []}}, "experiment.generators is [], but it needs at least 1 entry"),
        (
            {"tasks": {"sepsis": {"icd9": [99592]}}},
            "tasks.sepsis.icd9.0 is the number 99592; it must be text, such as '99591'",
        ),
        ({"tasks": {"My Task": {"icd9": ["99592"]}}}, "'My Task' is no task name"),
        ({"experiment": {"test_size": 1}}, "experiment.test_size is 1, but it must be less than 1"),
        (
            {"source": "mimic3"},
            "source is the text 'mimic3'; it must be a mapping (key: value), such as "
            "source: {name: mimic3, path: /data/mimic-iii-1.4}",
        ),
        (
            {"cohort": None},
            "cohort is empty; it must be a mapping (key: value), such as cohort: {min_age: 16}",
        ),
        (
            {"experiment": {"generators": "smote"}},
            "experiment.generators is the text 'smote'; it must be a list ([a, b]) or a mapping (key: value), such as "
            "generators: [smote, adasyn, borderline_smote, jitter]",
        ),
        (
            {"experiment": {"classifiers": [["svm"]]}},
            "experiment.classifiers.0 is the list [svm]; it must be text or a mapping (key: value), such as logistic",
        ),
        (
            {"experiment": {"multiple_imputation": {"imputations": True}}},
            "experiment.multiple_imputation.imputations is true; it must be a whole number",
        ),
        ({"simulate": {"admissions": 10}}, "simulate.admissions is 10, but it must be at least 300"),
    ],
)
def test_a_broken_schema_is_reported_in_one_line(override, message):
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
        (
            {"experiment": {"vtss": {"criteria": ["balanced_accuracy"]}}},
            "experiment.recipes.choose goes by balanced_loss, which experiment.vtss.criteria lacks",
        ),
        ({"reporting": {"left_out": {"sepsis/svm/smte": "?"}}}, "names 'sepsis/svm/smte', which this run"),
        ({"reporting": {"left_out": {"sepsis/": "?"}}}, "names 'sepsis/', which this run"),
        (
            {"reporting": {"left_out": dict.fromkeys(("mortality", "sepsis", "septic_shock"), "?")}},
            "reporting.left_out leaves nothing to report",
        ),
    ],
)
def test_a_contradiction_is_reported_in_one_line(override, message):
    with pytest.raises(InputError) as caught:
        resolve(load(override))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_output_root_that_cannot_be_made_is_rejected(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="file is a file; name a folder"):
        resolve(load({"output": {"root": str(tmp_path / "file" / "deeper")}}))
    resolve(load({"output": {"root": str(tmp_path / "new" / "deeper")}}))
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(InputError, match="cannot be written; name a folder of your own"):
        resolve(load({"output": {"root": str(tmp_path / "new")}}))


def test_the_published_grid_has_41_multipliers_without_rounding_dust():
    grid = multipliers(resolve(load()))
    assert len(grid) == 41
    assert grid[0] == 0
    assert grid[3] == 0.15
    assert grid[-1] == 2


def test_the_family_preset_names_every_learner_and_generator():
    given = yaml.safe_load((ROOT / "workflow/presets/family.yaml").read_text(encoding="utf-8"))
    config = resolve(load({"experiment": given["experiment"]}))
    assert set(config["experiment"]["classifiers"]) == set(learners.entries())
    assert set(config["experiment"]["generators"]) == set(generators.entries())


def test_an_entry_deals_fewer_splits_to_a_job():
    slow = {"name": "mlp", "splits": 4, "splits_per_job": 1}
    config = resolve(
        load({"experiment": {"classifiers": ["logistic", slow], "splits": 10, "splits_per_job": 5}})
    )
    assert list(split_blocks(config, "mlp", "smote").values()) == [[0], [1], [2], [3]]
    assert [len(block) for block in split_blocks(config, "logistic", "smote").values()] == [5, 5]
    assert list(curve_blocks(config, "mlp").values()) == [[0], [1], [2], [3]]


def test_splits_fall_into_blocks_without_gap_or_overlap():
    config = resolve(load({"experiment": {"splits": 23, "splits_per_job": 5}}))
    blocks = split_blocks(config, "svm", "smote")
    assert [split for block in blocks.values() for split in block] == list(range(23))
    assert [len(block) for block in blocks.values()] == [5, 5, 5, 5, 3]
    assert list(blocks) == ["00000", "00005", "00010", "00015", "00020"]


def test_more_splits_leave_the_settings_of_a_block_alone():
    few, many = (resolve(load({"experiment": {"splits": n}})) for n in (10, 100))
    cell = ("logistic", "smote")
    assert block_settings(few, *cell) == block_settings(many, *cell)
    assert split_blocks(few, *cell).items() <= split_blocks(many, *cell).items()


def test_a_block_depends_on_the_parameters_of_its_own_names_only():
    quiet, loud = (
        resolve(load({"experiment": {"generators": {"smote": {}, "jitter": {"scale": scale}}}}))
        for scale in (1, 2)
    )
    assert block_settings(quiet, "svm", "smote") == block_settings(loud, "svm", "smote")
    assert block_settings(quiet, "svm", "jitter") != block_settings(loud, "svm", "jitter")
    weak, strong = (
        resolve(load({"experiment": {"classifiers": {"svm": {"C": C}, "logistic": {}}}})) for C in (1, 2)
    )
    assert block_settings(weak, "svm", "smote") != block_settings(strong, "svm", "smote")
    assert block_settings(weak, "logistic", "smote") == block_settings(strong, "logistic", "smote")
    assert control_settings(weak, "logistic") == control_settings(strong, "logistic")


def test_controls_and_diagnosis_depend_on_no_more_than_they_use():
    base = resolve(load())
    many_neighbours = {"generators": {"smote": {"k_neighbors": 3}}}
    for settings, ignored, used in (
        (
            partial(control_settings, classifier="svm"),
            {"vtss": {"criteria": ["balanced_loss"]}, **many_neighbours},
            {"vtss": {"repeats": 2}},
        ),
        (
            partial(diagnosis_settings, generator="smote"),
            {"vtss": {"folds": 3}, "classifiers": {"logistic": {"C": 2.0}}},
            many_neighbours,
        ),
    ):
        assert settings(resolve(load({"experiment": ignored}))) == settings(base)
        assert settings(resolve(load({"experiment": used}))) != settings(base)


TREES = {"name": "trees", "class": "sklearn.ensemble.ExtraTreesClassifier", "label": "Extra trees"}


def test_names_parameters_and_import_paths_are_read_into_one_form():
    listed = resolve(load({"experiment": {"classifiers": ["logistic", TREES]}}))["experiment"]["classifiers"]
    mapped = resolve(
        load(
            {
                "experiment": {
                    "classifiers": {
                        "logistic": {},
                        "trees": {"class": TREES["class"], "label": "Extra trees", "max_depth": 3},
                    }
                }
            }
        )
    )["experiment"]["classifiers"]
    assert list(listed) == list(mapped) == ["logistic", "trees"]
    assert listed["logistic"] == mapped["logistic"]
    assert listed["logistic"]["params"] == {"C": 1.0}
    assert (listed["trees"]["class"], listed["trees"]["score"]) == (TREES["class"], "log_odds")
    assert mapped["trees"]["params"] == {"max_depth": 3}
    generators = resolve(
        load({"experiment": {"generators": {"smote": {"k_neighbors": "5"}, "jitter": None, "adasyn": {}}}})
    )["experiment"]["generators"]
    assert {name: entry["params"] for name, entry in generators.items()} == {
        "smote": {"k_neighbors": 5},
        "adasyn": {"k_neighbors": 10},
    }


def test_a_cell_takes_what_its_classifier_and_generator_both_allow():
    config = resolve(
        load(
            {
                "experiment": {
                    "splits": 40,
                    "classifiers": [
                        "logistic",
                        {
                            "name": "boosting",
                            "multipliers": {"step": 0.5},
                            "splits": 20,
                            "vtss": {"repeats": 2},
                        },
                    ],
                    "generators": ["smote", {"name": "jitter", "multipliers": {"step": 0.25}, "splits": 10}],
                }
            }
        )
    )
    assert len(multipliers(config, "logistic", "smote")) == 41
    assert multipliers(config, "boosting", "smote") == (0, 0.5, 1, 1.5, 2)
    assert multipliers(config, "boosting", "jitter") == (0, 0.5, 1, 1.5, 2)
    assert len(multipliers(config, "logistic", "jitter")) == 9
    assert [n_splits(config, *cell) for cell in (("logistic", "smote"), ("boosting", "jitter"))] == [40, 10]
    assert vtss(config, "boosting", "smote")["repeats"] == 2
    assert vtss(config, "logistic", "jitter")["repeats"] == 10


@pytest.mark.parametrize(
    ("experiment", "message"),
    [
        (
            {"classifiers": ["forest"]},
            "experiment.classifiers names 'forest', which is none of logistic, svm,",
        ),
        ({"classifiers": ["svm", "svm"]}, "experiment.classifiers names 'svm' twice"),
        ({"classifiers": ["diagnosis"]}, "the name 'diagnosis' is used for something else in the results"),
        ({"generators": ["controls"]}, "the name 'controls' is used for something else"),
        ({"generators": ["My SMOTE"]}, "'My SMOTE' is no name for it; use lower-case letters, digits and _"),
        (
            {"generators": [{"nme": "smote"}]},
            "experiment.generators.0 has no name; write a name, or an entry",
        ),
        (
            {"generators": [{"name": "smote", "parms": {}}]},
            "unknown key experiment.generators.0.parms; did you mean 'params'?",
        ),
        (
            {"generators": {"smote": {"k_neighbors": 0}}},
            "experiment.generators.smote.k_neighbors is 0, but it must be at least 1",
        ),
        (
            {"generators": {"smote": {"k": 3}}},
            "unknown key experiment.generators.smote.k; known keys there: k_neighbors",
        ),
        (
            {"classifiers": {"svm": 3}},
            "experiment.classifiers.svm is the number 3; write its parameters as a mapping (key: value), or {} for the",
        ),
        (
            {"classifiers": [{**TREES, "name": "svm"}]},
            "'svm' is a name of this package's own; give sklearn.ensemble.ExtraTreesClassifier another",
        ),
        (
            {"classifiers": [{**TREES, "class": "sklearn.ensemble.ExtraTrees"}]},
            "experiment.classifiers.trees: module 'sklearn.ensemble' has no 'ExtraTrees'",
        ),
        (
            {"classifiers": [{**TREES, "class": "lightning_trees.Classifier"}]},
            "experiment.classifiers.trees: lightning_trees.Classifier needs the module 'lightning_trees', which is not",
        ),
        (
            {"classifiers": [{**TREES, "params": {"n_trees": 3}}]},
            "experiment.classifiers.trees: trees takes no parameter 'n_trees'; it takes n_estimators",
        ),
        (
            {"classifiers": [{**TREES, "params": {"n_estimators": -5}}]},
            "experiment.classifiers.trees.params.n_estimators is -5, but it must be an int in the range [1, inf)",
        ),
        (
            {
                "generators": [
                    {"name": "near", "class": "imblearn.over_sampling.SVMSMOTE", "params": {"out_step": 2}}
                ]
            },
            "experiment.generators.near.params.out_step is 2, but it must be a float in the range [0.0, 1.0]",
        ),
        (
            {"classifiers": [{**TREES, "class": "sklearn.linear_model.LinearRegression"}]},
            "experiment.classifiers.trees: trees is no classifier of scikit-learn's kind: LinearRegression",
        ),
        (
            {"generators": [{"name": "cleaner", "class": "imblearn.combine.SMOTEENN"}]},
            "experiment.generators.cleaner: SMOTEENN is not a pure over-sampler of imbalanced-learn",
        ),
        (
            {"generators": [{"name": "scaler", "class": "sklearn.preprocessing.StandardScaler"}]},
            "experiment.generators.scaler: generator 'scaler' is no generator",
        ),
        ({"classifiers": {"logistic": None}}, "experiment.classifiers is empty; name at least one"),
        (
            {"classifiers": {"logistic": {"params": 5}}},
            "experiment.classifiers.logistic.params is the number 5; it must be a mapping (key: value) from",
        ),
        ({"generators": ["none"]}, "the name 'none' is used for something else in the results"),
        ({"generators": [{"name": "smote", "label": " "}]}, "experiment.generators.0.label is empty"),
        (
            {"generators": [{"name": "smote", "multipliers": {"stop": 5, "step": 1}}]},
            "experiment.generators.smote.multipliers holds 3, which experiment.multipliers does not",
        ),
        (
            {"generators": [{"name": "smote", "vtss": {"repeats": 20}}]},
            "experiment.generators.smote.vtss.repeats is 20, more than experiment.vtss.repeats 10",
        ),
        ({"controls": ["smote"]}, "experiment.controls names 'smote', which is none of none, prior_shift"),
        (
            {"classifiers": [{**TREES, "splits": 300}]},
            "experiment.classifiers.trees.splits is 300, more than experiment.splits 100",
        ),
        (
            {
                "classifiers": [{"name": "svm", "multipliers": {"start": 0.5, "stop": 0.5}}],
                "generators": [{"name": "smote", "multipliers": {"start": 1, "stop": 1}}],
            },
            "the multipliers of experiment.classifiers.svm and experiment.generators.smote share no point",
        ),
    ],
)
def test_a_wrong_name_or_import_path_is_reported_in_one_line(experiment, message):
    # A mapping takes the place of the whole list, as Snakemake layers it.
    config = load({"experiment": experiment})
    with pytest.raises(InputError) as caught:
        resolve(config)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_label_of_an_own_name_is_shown_and_two_alike_are_rejected():
    entries = [{"name": "logistic", "label": "LR"}, "svm"]
    assert run_names(resolve(load({"experiment": {"classifiers": entries}}))).learner("logistic") == "LR"
    entries[0]["label"] = "linear  svm"
    with pytest.raises(InputError, match="are both labelled"):
        run_names(resolve(load({"experiment": {"classifiers": entries}})))


def test_a_class_of_ones_own_is_followed_by_its_file_and_packages_by_their_version(tmp_path, monkeypatch):
    (tmp_path / "own_trees.py").write_text("from sklearn.tree import DecisionTreeClassifier as Tree\n")
    monkeypatch.syspath_prepend(tmp_path)
    config = resolve(load({"experiment": {"classifiers": [{**TREES, "class": "own_trees.Tree"}]}}))
    assert brought_files("own_trees.Tree") == [str(tmp_path / "own_trees.py")]
    assert brought_files(TREES["class"]) == []
    assert fit_versions(config, "trees").keys() == {"scikit-learn", "imbalanced-learn", "numpy", "scipy"}


@pytest.mark.parametrize("code", ["import", "1 / 0", "raise RuntimeError('no licence')"])
def test_a_module_that_breaks_on_import_is_reported_in_one_line(tmp_path, monkeypatch, code):
    name = f"broken_{abs(hash(code))}"
    (tmp_path / f"{name}.py").write_text(code + "\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(
        InputError, match=f"experiment.classifiers.trees: {name}.Tree cannot be imported"
    ) as caught:
        resolve(load({"experiment": {"classifiers": [{**TREES, "class": f"{name}.Tree"}]}}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["C", "k_neighbors", "m_neighbors", "jitter_scale"])
def test_a_key_that_moved_says_where_to(key):
    assert "parameters stand with their names: experiment." in schema_message({"experiment": {key: 1}})


def test_least_positives_fill_every_fold_and_test_set():
    config = resolve(load({"experiment": {"vtss": {"folds": 5}, "test_size": 0.2}}))
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


CHALLENGE = {"source": {"name": "challenge2012", "path": "/data"}}
MORTALITY_ALONE = {"tasks": {"sepsis": None, "septic_shock": None}}


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (
            {"cohort": {"window_hours": 48}},
            r"tasks\.sepsis and tasks\.septic_shock go by diagnosis codes, which source 'challenge2012' does not have; "
            r"set tasks: \{sepsis: null, septic_shock: null\}",
        ),
        (
            MORTALITY_ALONE,
            r"cohort\.window_hours is 120, but source 'challenge2012' holds the first 48 hours from ICU admission; "
            r"set cohort\.window_hours to 48 or less",
        ),
    ],
)
def test_what_a_source_cannot_answer(override, message):
    with pytest.raises(InputError, match=message):
        check_source_fits(resolve(load({**CHALLENGE, **override})), load_source("challenge2012"))


def test_a_source_answers_what_it_has():
    whole = {**CHALLENGE, **MORTALITY_ALONE, "cohort": {"window_hours": 48}}
    check_source_fits(resolve(load(whole)), load_source("challenge2012"))
    check_source_fits(resolve(load({})), load_source("mimic3"))


def _parts(schema, path=()):
    """Every part of the schema with a type, by its key."""
    for key, part in schema.get("properties", {}).items():
        yield from _parts(part, (*path, key))
    for below, key in (("items", 0), ("additionalProperties", "name")):
        if isinstance(schema.get(below), dict):
            yield from _parts(schema[below], (*path, key))
    if "type" in schema and path:
        yield ".".join(map(str, path)), schema


def test_a_value_of_another_type_is_reported_with_an_example_that_fits():
    parts = dict(_parts(yaml.safe_load(SCHEMA.read_text())))
    assert len(parts) > 80
    for key, schema in parts.items():
        for wrong in ("text", 1.5, True, [[]], {"a": {}}, None):
            error = next(jsonschema.Draft202012Validator({"type": schema["type"]}).iter_errors(wrong), None)
            if error is not None:
                error.schema = schema
                told = explain(error, key)
                assert "array" not in told, told
                assert "object" not in told, told
                shown = yaml.safe_load(told.partition(", such as ")[2])
                fits = shown if key.endswith(".0") else shown[key.rpartition(".")[2]]
                assert jsonschema.Draft202012Validator(schema).is_valid(fits), told


def test_a_path_without_a_source_names_the_sources_whose_tables_it_holds(tmp_path):
    for name in ("patient.csv", "diagnosis.csv"):
        (tmp_path / name).touch()
    with pytest.raises(InputError, match=r"to read what lies there set source\.name, such as eicu$"):
        resolve(load({"source": {"path": str(tmp_path)}}))
    with pytest.raises(InputError, match=r"set source\.name, such as mimic3$"):
        resolve(load({"source": {"path": str(tmp_path / "nowhere")}}))
