"""The preset family.yaml at toy size: every learner and every generator it names, from nothing to the report."""

import re
from itertools import product

import pandas as pd
import pytest
import yaml
from quick_generators import SMALL

PRESET = "workflow/presets/family"
# Of little training, as `SMALL` is of generators.
SMALL_LEARNERS = {
    "fourier_logistic": {"n_components": 10},
    "boosting": {"max_iter": 5},
    "random_forest": {"n_estimators": 10},
    "mlp": {"hidden": [4], "max_iter": 20},
}
SPLITS = 2
# What stays of the entries' own grids, splits and jobs.
COARSER = {"rbf_svm": {"multipliers": {"step": 1}, "splits": 1, "splits_per_job": 1}, "arf": {"splits": 1}}

pytestmark = pytest.mark.slow


def names(entries):
    return [entry if isinstance(entry, str) else entry["name"] for entry in entries]


def shrunk(entries, params):
    """The entries' names with toy versions of their own grids, splits and jobs, which the run's are not below."""
    return [
        {"name": name, "params": params.get(name, {}), **COARSER.get(name, {})} for name in names(entries)
    ]


def fewest_splits(*entries):
    """Splits of a cell of a learner and a generator, or of a learner's controls."""
    return min([SPLITS, *(COARSER[name]["splits"] for name in entries if name in COARSER)])


def chosen_cells(learners, generators):
    """Two generators for every learner, in turns, so that every generator is in some cell."""
    turns = [
        (learner, generators[(3 * i + j) % len(generators)])
        for i, learner in enumerate(learners)
        for j in (0, 1)
    ]
    once = [cell for cell in turns if cell[1] != "transformer"]  # which takes longest
    return [*once, next(cell for cell in turns if cell[1] == "transformer")]


@pytest.fixture(scope="module")
def family(new_checkout):
    pytest.importorskip("jax", reason="the transformer needs the extra 'generators'")
    checkout = new_checkout()
    preset = yaml.safe_load((checkout.folder / f"{PRESET}.yaml").read_text(encoding="utf-8"))["experiment"]
    learners, generators = names(preset["classifiers"]), names(preset["generators"])
    checkout.cells = chosen_cells(learners, generators)
    others = [cell for cell in product(learners, generators) if cell not in checkout.cells]
    checkout.preset(
        "toy",
        {
            "source": {"name": "simulated"},
            "simulate": {"admissions": 600, "seed": 7},
            "tasks": {"sepsis": None, "septic_shock": None},
            "experiment": {
                "classifiers": shrunk(preset["classifiers"], SMALL_LEARNERS),
                "generators": shrunk(preset["generators"], SMALL),
                "multipliers": {"start": 0, "stop": 1, "step": 1},
                "splits": SPLITS,
                "splits_per_job": SPLITS,
                "vtss": {"folds": 2, "repeats": 1},
                "fidelity": {"splits": 1},
            },
            "net_benefit": {"run": False},
            "reporting": {"left_out": {f"mortality/{one}/{other}": "a toy" for one, other in others}},
        },
    )
    checkout.learners, checkout.generators = learners, generators
    checkout.presets = (PRESET, "toy")
    checkout.first_run = checkout.succeed(presets=checkout.presets, warm=True)
    checkout.results = checkout.folder / "runs" / "family" / "results"
    return checkout


def test_the_whole_catalogue_reaches_the_report(family):
    results = family.results
    sweep, vtss, controls = (
        pd.read_parquet(results / "benchmark" / "mortality" / f"{name}.parquet")
        for name in ("sweep", "vtss", "controls")
    )
    cells = sorted(family.cells)
    assert {learner for learner, _ in cells} == set(family.learners)
    assert {generator for _, generator in cells} == set(family.generators)
    splits = {cell: fewest_splits(*cell) for cell in cells}
    assert set(splits.values()) == {1, SPLITS}
    for table in (sweep, vtss):  # two sizes, or two criteria
        found = table.groupby(["classifier", "generator"])["split"]
        assert found.nunique().to_dict() == splits
        assert found.size().to_dict() == {cell: 2 * number for cell, number in splits.items()}
    assert sweep["balanced_risk"].notna().all()
    assert controls.groupby("classifier")["split"].nunique().to_dict() == {
        learner: fewest_splits(learner) for learner in family.learners
    }
    events = pd.read_parquet(results / "benchmark" / "mortality" / "events.parquet")
    assert "failed" not in " ".join(events["event"])

    fidelity = pd.read_csv(results / "tables" / "fidelity.csv")
    assert set(fidelity["generator"]) == {*family.generators, "test_rows"}
    compared = pd.read_csv(results / "tables" / "learner_differences.csv")
    assert {*compared["classifier"], *compared["reference"]} == set(family.learners)
    effort = pd.read_csv(results / "tables" / "learner_effort.csv")
    of_cells = effort[effort["generator"] != "controls"].set_index(["classifier", "generator"])
    assert of_cells["n_splits"].to_dict() == splits
    assert set(of_cells["sizes"]) == {2}
    linear = {"logistic", "svm"}
    answers = pd.read_csv(results / "tables" / "learner_answers.csv")
    assert set(answers["classifier"]) == set(family.learners) - linear
    for learner in family.learners:
        figure = "excess_risk" if learner in linear else "balanced_risk"
        assert (results / "figures" / f"{figure}_{learner}.pdf").stat().st_size > 0
    page = (results / "report.html").read_text(encoding="utf-8")
    assert "Classifiers beside each other" in page
    headline = (results / "headline.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in headline if ", classifiers. Of " in line]
    assert len(headline) <= 6
    told = family.first_run.stdout + family.first_run.stderr
    assert "synthsize: the report is runs/family/results/report.html" in told


def test_the_plan_of_the_family_names_every_learner_and_generator(family):
    plan = family.first_run.stdout.partition("synthsize: the plan")[2]
    told = dict(re.findall(r"^    (\w+) +[\d,]+ +(\S.*)$", plan, re.MULTILINE))
    assert set(told) == {*family.learners, *family.generators}
    assert "unknown" not in told.values()
    assert "memory of a job up to about" in plan


def test_a_second_run_of_the_family_has_nothing_to_do(family):
    assert family.due(presets=family.presets) == set()
