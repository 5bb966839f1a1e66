"""Versions of packages that decide a fit: those of its own cell, whatever else the run names."""

from importlib.metadata import version

import pytest

from synthsize.packages import FITTING
from synthsize.pipeline.fit_dependencies import fit_versions
from synthsize.pipeline.strategies import read_strategies, with_strategies

BASE = {name: version(name) for name in FITTING}
OWN = {"class": "pandas.DataFrame"}  # of a package that takes part in no other fit; nothing is imported
LOGISTIC, SMOTE, TRANSFORMER = ({"class": None} for _ in range(3))


def run_of(classifiers, generators, strategies=("oversample",)):
    cells = with_strategies(generators, read_strategies(strategies))
    return {"experiment": {"classifiers": classifiers, "generators": cells}}


ALONE = run_of({"logistic": LOGISTIC}, {"smote": SMOTE})
BESIDE = run_of(
    {"logistic": LOGISTIC, "trees": OWN},
    {"smote": SMOTE, "transformer": TRANSFORMER, "frames": OWN},
    ["oversample", "mixed"],
)


@pytest.mark.parametrize("cell", [("logistic", "smote"), ("logistic", None), (None, "smote"), (None, None)])
def test_what_a_run_names_beside_a_cell_leaves_its_versions(cell):
    assert fit_versions(BESIDE, *cell) == fit_versions(ALONE, *cell) == BASE


@pytest.mark.parametrize(
    "cell", [("trees", "smote"), ("logistic", "frames"), ("trees", None), (None, "frames")]
)
def test_a_brought_class_counts_in_its_own_cells(cell):
    assert fit_versions(BESIDE, *cell) == {**BASE, "pandas": version("pandas")}


@pytest.mark.parametrize("generator", ["transformer", "transformer_mixed"])
def test_an_extra_counts_where_a_cell_draws_from_its_generator(generator):
    pytest.importorskip("jax")
    found = fit_versions(BESIDE, "logistic", generator)
    for name in (*FITTING, "jax", "jaxlib", "optax"):  # JAX computes in jaxlib
        assert found[name] == version(name)
    assert not {"flax", "requests", "sphinx"} & set(found)  # of their extras
    assert list(found) == sorted(found)
    assert fit_versions(BESIDE, "logistic", "smote_mixed") == BASE


def test_what_is_returned_may_be_changed():
    fit_versions(ALONE, "logistic", "smote")["pandas"] = "0"
    assert fit_versions(ALONE, "logistic", "smote") == BASE
