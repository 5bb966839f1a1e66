"""The wheel and the source archive, built and installed as a user would."""

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SOURCES = (
    *("src", "docs", "performance", "profiles", "tests", "workflow"),
    *("CHANGELOG.md", "CITATION.cff", "LICENSE", "MANIFEST.in", "Makefile", "README.md", "Snakefile"),
    *("config.yaml", "constraints.txt", "pyproject.toml"),
)
SCRAPS = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.pyc", ".*")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIPELINE = {Requirement(one).name for one in PROJECT["optional-dependencies"]["pipeline"]}
DATA = """
from sklearn.datasets import make_classification
X, y = make_classification(n_samples=600, weights=[0.9], random_state=0)
X_new = X[:3]
"""
CHECK = """
import synthsize, sys
assert model.predict_proba(X_new).shape == (3, 2)
assert 0 <= model.best_multiplier_ <= 2
assert synthsize.__file__.startswith(sys.prefix), synthsize.__file__
"""


def run(*command, cwd=None):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Skip where no package index answers, for building and installing start there."""
    folder = tmp_path_factory.mktemp("index")
    asked = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        folder,
        "threadpoolctl",
    ]
    if subprocess.run(asked, capture_output=True).returncode != 0:
        pytest.skip("no package index within reach")


@pytest.fixture(scope="module")
def files():
    """Names of all files of the checkout that a release consists of."""
    found = set()
    for name in SOURCES:
        top = ROOT / name
        for file in [top] if top.is_file() else [file for file in top.rglob("*") if file.is_file()]:
            relative = file.relative_to(ROOT)
            if not any(SCRAPS("", [part]) for part in relative.parts):
                found.add(relative.as_posix())
    return found


@pytest.fixture(scope="module")
def built(index, tmp_path_factory):  # noqa: ARG001
    """Source archive and the wheel made from it, by way of a copy: building leaves files beside the sources."""
    copy, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("dist")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=SCRAPS)
        else:
            shutil.copy2(ROOT / name, copy / name)
    run(sys.executable, "-m", "build", "--outdir", out, copy)
    (archive,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return archive, wheel


def test_the_source_archive_holds_the_whole_checkout(built, files):
    with tarfile.open(built[0]) as archive:
        held = {member.name.partition("/")[2] for member in archive if member.isfile()}
    assert files <= held
    assert {name for name in held - files if not name.startswith("src/synthsize.egg-info")} <= {
        "PKG-INFO",
        "setup.cfg",
    }


def test_the_wheel_holds_both_packages_with_their_data_and_nothing_else(built, files):
    with zipfile.ZipFile(built[1]) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == {name.removeprefix("src/") for name in files if name.startswith("src/")}


def test_the_description_on_a_package_index_has_absolute_links_only(built):
    with zipfile.ZipFile(built[1]) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        header, _, description = wheel.read(name).decode("utf-8").partition("\n\n")
    links = re.findall(r"\]\(([^)]*)\)", description)
    assert links
    assert all(link.startswith("https://") for link in links)
    assert "Description-Content-Type: text/markdown" in header
    assert "Project-URL: Paper, https://" in header


def test_an_installed_wheel_runs_the_example_of_the_readme_with_the_light_requirements(built, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", built[1])
    listed = json.loads(run(python, "-m", "pip", "list", "--format", "json"))
    assert not {one["name"].lower() for one in listed} & PIPELINE
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## As a library\n")[2]
    (example,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    run(python, "-c", DATA + example + CHECK, cwd=tmp_path)
