"""What pyproject.toml asks for, against the other places that name it and against what the library imports."""

import subprocess
import sys
import tomllib
from pathlib import Path

import quick_generators
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LIGHT = {"numpy", "scipy", "scikit-learn", "threadpoolctl"}
MODULES = {"imbalanced-learn": "imblearn", "pyyaml": "yaml"}
CONDA_NAMES = {"python-duckdb": "duckdb", "matplotlib-base": "matplotlib"}
WITHOUT_PIPELINE = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {hidden!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import numpy as np
from synthsize.balance import VTSSClassifier, balanced_risk
X = np.random.default_rng(0).normal(size=(120, 2))
y = (np.arange(120) % 6 == 0).astype(int)
for name in {light!r}:
    VTSSClassifier(generator=name, multipliers=(0, 1), cv=2, n_repeats=1, random_state=0).fit(X, y)
"""


def parse(requirements):
    return {canonicalize_name(one.name): str(one.specifier) for one in map(Requirement, requirements)}


def test_the_library_asks_for_scikit_learn_and_what_that_needs_only():
    assert parse(PROJECT["dependencies"]).keys() == LIGHT


def test_the_library_works_without_the_packages_of_the_pipeline():
    hidden = [MODULES.get(name, name) for name in parse(EXTRAS["pipeline"])]
    code = WITHOUT_PIPELINE.format(hidden=hidden, light=quick_generators.LIGHT)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_conda_environment_is_that_of_the_pipeline():
    environment = yaml.safe_load((ROOT / "workflow/envs/synthsize.yaml").read_text(encoding="utf-8"))
    listed = parse(environment["dependencies"])
    assert listed.pop("python") == PROJECT["requires-python"]
    needed = parse(PROJECT["dependencies"] + EXTRAS["pipeline"])
    del needed["snakemake"]  # it makes these environments and runs outside them
    assert {CONDA_NAMES.get(name, name): version for name, version in listed.items()} == needed


def test_every_requirement_is_pinned_to_a_version_it_allows():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = parse(line for line in lines if not line.startswith("#"))
    for requirement in map(
        Requirement, PROJECT["dependencies"] + EXTRAS["pipeline"] + EXTRAS["test"] + EXTRAS["generators"]
    ):
        pin = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pin.removeprefix("=="))
