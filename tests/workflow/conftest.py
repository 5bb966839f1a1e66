"""A copy of the checkout per test run, so that tests may edit what a user may edit."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FAULTS = Path(__file__).parent / "faults"
WARM = Path(__file__).parent / "warm"
TINY = {
    "simulate": {"admissions": 600, "seed": 7},
    "tasks": {"septic_shock": None},
    "experiment": {
        "classifiers": ["logistic"],
        "generators": ["smote", "jitter"],
        "multipliers": {"step": 1},
        "splits": 2,
        "splits_per_job": 1,
        "vtss": {"folds": 2, "repeats": 1},
        "fidelity": {"splits": 0},
    },
    "learning_curve": {"positives": []},
    "net_benefit": {"run": False},
}

SMALL_RUN = {  # as few jobs to the report as there can be
    "experiment": {
        "classifiers": ["logistic"],
        "generators": ["smote"],
        "controls": ["none"],
        "multipliers": {"stop": 1, "step": 1},
        "splits": 2,
        "splits_per_job": 2,
        "vtss": {"folds": 2, "repeats": 1},
        "recipes": {"choose": False},
        "fidelity": {"splits": 0},
    },
    "learning_curve": {"positives": []},
    "net_benefit": {"run": False},
}

DEGENERATE = {  # laid over TINY: runs that give little to compare
    "one split": {
        "tasks": {"sepsis": None},
        "experiment": {
            "classifiers": ["svm"],
            "generators": ["smote"],
            "controls": [],
            "multipliers": {"start": 0, "stop": 1, "step": 1},
            "splits": 1,
        },
    },
    "one size": {
        "tasks": {"sepsis": None, "mortality": {"label": "Death & 100% <b>caf\u00e9_1</b> $5 or $6"}},
        "protocol": {"majority_weight": 0.2},
        "reporting": {"rope": 0},
        "experiment": {
            "generators": ["adasyn"],
            "multipliers": {"start": 1, "stop": 1, "step": 1},
            "vtss": {"criteria": ["balanced_accuracy"]},
            "recipes": {"choose": False},  # which goes by balanced_loss
        },
    },
}


class Checkout:
    """A working copy of the project and the snakemake of this environment."""

    def __init__(self, folder: Path):
        self.folder = folder
        for name in ("Snakefile", "config.yaml"):
            shutil.copy2(ROOT / name, folder / name)
        for name in ("workflow", "profiles", "src"):
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
            )
        self.preset("tiny", TINY)

    @property
    def environment(self):
        return self._environment(FAULTS)

    def _environment(self, *folders):
        paths = (str(self.folder / "src"), *map(str, folders))
        return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}

    def preset(self, name, content):
        (self.folder / f"{name}.yaml").write_text(yaml.safe_dump(content))

    def command(self, *arguments, presets=("tiny",), cores=2):
        configfiles = [f"{name}.yaml" for name in presets]
        return [
            *(sys.executable, "-m", "snakemake", *arguments, "--cores", str(cores)),
            *(("--configfile", *configfiles) if configfiles else ()),
        ]

    def run(self, *arguments, presets=("tiny",), cores=2, fault="", warm=False):
        """Run to the end.

        `fault` makes the job of a rule fail, see faults/sitecustomize.py. `warm` has all jobs share their imports, see
        warm/sitecustomize.py: for runs of many jobs that are looked at for their results alone.
        """
        command = self.command(*arguments, presets=presets, cores=cores)
        return self.snakemake(*command[3:], fault=fault, warm=warm)

    def snakemake(self, *arguments, fault="", warm=False):
        return subprocess.run(
            [sys.executable, "-m", "snakemake", *arguments],
            cwd=self.folder,
            env={**self._environment(WARM if warm else FAULTS), "SYNTHSIZE_FAULT": fault},
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )

    def succeed(self, *arguments, **options):
        done = self.run(*arguments, **options)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def due(self, *arguments, **options):
        """Names of the rules that a run would execute now, and ``draw <figure>`` for each figure."""
        done = self.succeed("--dry-run", *arguments, **options)
        jobs = re.findall(
            r"^(?:local)?rule (\w+):\n((?:    .*\n)*)", done.stdout + done.stderr, flags=re.MULTILINE
        )
        return {_job_name(rule, about) for rule, about in jobs} - {"all"}

    def digests(self, root="results"):
        """Content of every result but the raw extract and the page, which holds versions and times."""
        files = sorted((self.folder / root).rglob("*"))
        return {
            str(path.relative_to(self.folder / root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.suffix in {".parquet", ".csv"}
        }


def _job_name(rule, about):
    """Name of a rule; of the rule that draws all figures with the name of the figure."""
    figure = re.search(r"^    wildcards: figure=(\w+)$", about, flags=re.MULTILINE)
    return f"draw {figure[1]}" if figure else rule


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Send the tests of the finished run to one worker, which makes it once."""
    for item in items:
        if "finished" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("finished"))


@pytest.fixture(scope="session")
def new_checkout(tmp_path_factory):
    return lambda: Checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="session")
def small_run():
    """Settings of a run to the report that takes real data through every rule, and little time."""
    return SMALL_RUN


@pytest.fixture(scope="session")
def finished(new_checkout):
    """A checkout in which the tiny run has ended; tests that edit it put it back."""
    checkout = new_checkout()
    checkout.first_run = checkout.succeed()
    return checkout


@pytest.fixture(scope="session")
def degenerate_run(finished):
    """Return a function that makes a run of `DEGENERATE` beside the finished one: its results, and what it said."""

    @cache
    def run(case):
        root = case.replace(" ", "_")
        finished.preset("degenerate", {**DEGENERATE[case], "output": {"root": root}})
        done = finished.succeed(presets=("tiny", "degenerate"), warm=True)
        return finished.folder / root / "results", done.stdout + done.stderr

    return run
