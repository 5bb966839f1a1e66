"""The catalogue agrees with what it names, and is light to read."""

import inspect
import re
import subprocess
import sys
from importlib import import_module

import pytest

from synthsize.balance.generators import Generator
from synthsize.balance.metrics import DECISIONS, ESTIMATES, RANKING
from synthsize.catalogue import controls, figures, generators, learners, metrics, variables
from synthsize.catalogue.literals import room_entries
from synthsize.catalogue.looks import COLOURS
from synthsize.catalogue.names import Names
from synthsize.contracts import results
from synthsize.contracts.metrics import METRICS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.errors import InputError
from synthsize.parameters import settings_in_words

JSON_TYPES = {
    "array": list,
    "integer": int,
    "number": (int, float),
    "string": str,
    "boolean": bool,
    "null": type(None),
}


def loaded(path):
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


def check_agrees(entry):
    """The literal's parameters are taken by what it names, with the same defaults."""
    taken = inspect.signature(loaded(entry.class_path)).parameters
    assert set(entry.parameters) <= set(taken), entry.name
    assert all(taken[name].default is not inspect.Parameter.empty for name in taken), entry.name
    for name, schema in entry.parameters.items():
        default = taken[name].default
        assert schema["default"] == (list(default) if isinstance(default, tuple) else default), (
            entry.name,
            name,
        )
        types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        assert any(isinstance(schema["default"], JSON_TYPES[kind]) for kind in types)
        assert schema["description"]


@pytest.mark.parametrize("name", generators.entries())
def test_the_entry_of_a_generator_agrees_with_its_class(name):
    entry = generators.entries()[name]
    assert issubclass(loaded(entry.class_path), Generator)
    check_agrees(entry)
    settings_in_words(entry.settings, {key: schema["default"] for key, schema in entry.parameters.items()})


@pytest.mark.parametrize("name", learners.entries())
def test_the_entry_of_a_learner_agrees_with_its_class(name):
    check_agrees(learners.entries()[name])


def test_every_generator_and_control_has_an_entry():
    for path in generators.FOLDER.glob("*.py"):
        makes = re.search(
            r"^class \w+\(\w*(?:Generator|Interpolator)\)", path.read_text(), flags=re.MULTILINE
        )
        if makes and path.stem not in ("interpolation", "imbalanced_learn", "model"):
            assert path.stem in generators.entries()
    for path in controls.FOLDER.glob("*.py"):
        if "def fit_control(" in path.read_text():
            assert path.stem in controls.entries()


def test_every_metric_of_a_fit_has_an_entry():
    assert set(METRICS) == {*DECISIONS, *ESTIMATES, *RANKING}
    risks = [name for name, entry in metrics.entries().items() if entry.kind == "risk"]
    assert set(risks) <= set(results.SWEEP.columns)


def test_a_metric_says_which_of_its_values_are_good():
    for entry in metrics.entries().values():
        assert entry.direction in ("lower", "higher", "ideal")
        assert (entry.direction == "ideal") == (entry.name in metrics.IDEAL)
        assert entry.minimum < entry.maximum
        assert entry.kind in ("risk", "estimate", "ranking", "decision", "criterion")


def test_variables_have_units_and_kinds():
    for entry in variables.entries().values():
        assert entry.label
        assert entry.unit
        assert entry.kind in ("vital", "lab")


def test_the_catalogue_needs_the_standard_library_alone():
    code = (
        "import sys; before = set(sys.modules);"
        "from synthsize.catalogue import names, figures, variables;"
        "names.Names.of_run({}, {}, {}); figures.entries(); variables.entries();"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(*sorted(new - set(sys.stdlib_module_names) - {'synthsize'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


TREES = {"name": "trees", "class": "sklearn.ensemble.ExtraTreesClassifier", "label": "Extra trees"}
SVM_SMOTE = {"name": "svm_smote", "class": "imblearn.over_sampling.SVMSMOTE"}


def test_what_is_brought_gets_the_rest_of_its_entry():
    tree = learners.entries([{**TREES, "params": {"n_estimators": 5}, "splits": 3, "oracle": True}])["trees"]
    assert (tree.label, tree.loss, tree.risk_metric, tree.brought) == (
        "Extra trees",
        "nats",
        "balanced_risk",
        True,
    )
    assert tree.params == {"n_estimators": 5}
    known = generators.entries([SVM_SMOTE])
    assert known["svm_smote"].label == "svm smote"
    assert len({entry.colour for entry in known.values()}) == len(known)
    assert list(known)[-1] == "svm_smote"


def test_a_brought_name_may_not_be_taken_or_lack_its_class():
    with pytest.raises(InputError, match="the name 'smote' is taken"):
        generators.entries([{**SVM_SMOTE, "name": "smote"}])
    with pytest.raises(InputError, match="needs the key 'class'"):
        learners.entries([{"name": "trees"}])


def test_colours_repeat_only_when_all_are_taken():
    many = [{"name": f"g{i}", "class": "a.B"} for i in range(30)]
    known = generators.entries(many)
    assert all(entry.colour for entry in known.values())
    assert len({entry.colour for entry in list(known.values())[: len(COLOURS)]}) == len(COLOURS)


def test_an_entry_is_a_literal_with_known_keys(tmp_path, monkeypatch):
    file = tmp_path / "odd.py"
    file.write_text('LABEL = "Odd"\nENTRY = {"class": "Odd", "label": LABEL}\n')
    with pytest.raises(InputError, match=r"odd\.py: ENTRY is read without importing"):
        room_entries(tmp_path)
    file.write_text('ENTRY = {"class": "Odd", "label": "Odd", "color": "red"}\n')
    monkeypatch.setattr(generators, "FOLDER", tmp_path)
    with pytest.raises(InputError, match="unknown key 'color'"):
        generators.entries()
    (tmp_path / "helper.py").write_text("import missing_module\n")
    file.write_text('raise RuntimeError\nENTRY = {"class": "Odd", "label": "Odd"}\n')
    assert list(generators.entries()) == ["odd"]


def test_names_pass_through_a_rule_unchanged():
    names = Names.of_run(
        {"sepsis": "Sepsis"},
        {"svm": {"C": 1.0}, "trees": {}},
        {"svm_smote": {}, "smote": {"k_neighbors": 5}},
        brought_learners=[TREES],
        brought_generators=[SVM_SMOTE],
    )
    assert Names.from_params(names.to_params(parameters=True)) == names
    bare = Names.from_params(names.to_params())
    assert bare.learner_labels == names.learner_labels
    assert "k_neighbors" not in str(names.to_params())
    assert list(names.generators) == ["svm_smote", "smote"]
    assert list(names.learners) == ["svm", "trees"]
    assert names.generators["smote"].params == {"k_neighbors": 5}


def test_words_for_names():
    names = Names.of_run(
        {},
        {"logistic": {}, "svm": {}, "fourier_logistic": {}, "trees": {}},
        {"smote": {}},
        brought_learners=[TREES],
    )
    assert names.in_sentence("logistic") == "logistic regression"
    assert names.in_sentence("fourier_logistic").startswith("Fourier ")
    assert names.metric_with_unit("excess_risk", "svm") == "Balanced excess risk (hinge loss)"
    assert names.metric_with_unit("log_loss", "svm") == "Log-loss (nats)"
    assert names.risk("trees") == "Balanced risk"
    assert names.learner("an_other") == "an other"
    assert names.with_unit("Risk", "an_other") == "Risk"
    assert names.generator_order(["zeta", "smote", "alpha"]) == ["smote", "alpha", "zeta"]
    assert names.colour("alpha") != names.colour("smote")


@pytest.mark.parametrize("name", figures.entries())
def test_the_entry_of_a_figure_agrees_with_its_module(name):
    entry = figures.entries()[name]
    module = import_module(f"synthsize.report.figures.{name}")
    given = {*entry.tables, *entry.params, "names", *(["classifier"] if entry.classifiers else [])}
    for function in ("draw", "caption", "numbers"):
        if function == "numbers" and not hasattr(module, function):
            continue
        needed = {
            parameter.name
            for parameter in inspect.signature(getattr(module, function)).parameters.values()
            if parameter.default is parameter.empty
        }
        assert needed <= given, (name, function)
    assert set(entry.tables) <= set(SUMMARIES)
    assert entry.classifiers in ("", "all", "with_oracle", "without_oracle", "estimating_risk")
    assert entry.lacks in ("cells", "tasks", "nothing")
    entry.words.format(classifier="logistic regression")


def test_a_concept_set_may_lack_variables(tmp_path):
    (tmp_path / "few.csv").write_text("variable,item\ninr,1\nheart_rate,2\ninr,3\n")
    assert variables.listed_in(tmp_path / "few.csv") == {"heart_rate": "vital", "inr": "lab"}


def test_variables_of_absent_tables_are_not_listed(tmp_path):
    concepts = tmp_path / "set.csv"
    concepts.write_text(
        "variable,source_table,item\nheart_rate,monitor,1\nheart_rate,chart,2\nlactate,lab,3\n"
    )
    assert list(variables.listed_in(concepts)) == ["heart_rate", "lactate"]
    assert list(variables.listed_in(concepts, {"chart": ()})) == ["heart_rate"]


@pytest.mark.parametrize(
    ("without", "words"), [(["lactat"], "unknown variable 'lactat'"), (["inr"], "leaves no variable")]
)
def test_variables_are_left_out_on_request(tmp_path, without, words):
    concepts = tmp_path / "set.csv"
    concepts.write_text("variable,item\ninr,1\nheart_rate,2\n")
    assert list(variables.listed_in(concepts, without=["inr"])) == ["heart_rate"]
    concepts.write_text("variable,item\ninr,1\n")
    with pytest.raises(InputError, match=f"^features.without .*{words}"):
        variables.listed_in(concepts, without=without)
