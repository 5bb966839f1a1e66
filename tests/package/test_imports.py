"""Dependency tracing: exactly the files a module reaches."""

from pathlib import Path

import pytest

from synthsize import imports
from synthsize.imports import PACKAGE, module_files, script_files


@pytest.fixture
def package(tmp_path, monkeypatch):
    files = {
        "__init__.py": "",
        "leaf.py": "import json",
        "branch.py": "from synthsize.leaf import thing",
        "other.py": "",
        "room/__init__.py": "from synthsize.room.door import open_door\nfrom synthsize.other import x",
        "room/door.py": "import synthsize.branch",
        "uses_room.py": "from synthsize.room import open_door",
        "scratch.py": "",
        "pipeline/job.py": "from synthsize.other import x",
        "lazy.py": "def f():\n    from synthsize import leaf",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(imports, "PACKAGE", tmp_path)
    return tmp_path


def names(package, *modules):
    return {str(path.relative_to(package)) for path in module_files(*modules)}


def test_imports_are_followed(package):
    assert names(package, "branch") == {"branch.py", "leaf.py"}
    assert names(package, "room.door") == {"room/door.py", "branch.py", "leaf.py"}


def test_a_package_named_itself_brings_what_it_re_exports(package):
    assert names(package, "uses_room") == {
        "uses_room.py",
        "room/__init__.py",
        "room/door.py",
        "branch.py",
        "leaf.py",
        "other.py",
    }


def test_imports_inside_functions_count(package):
    assert names(package, "lazy") == {"lazy.py", "leaf.py"}


@pytest.mark.usefixtures("package")
def test_an_unknown_module_is_rejected():
    with pytest.raises(ModuleNotFoundError, match="no module 'nowhere'"):
        module_files("nowhere")


def test_a_script_brings_what_it_imports_but_not_the_frame_around_every_job(package, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from synthsize.pipeline.job import job\nfrom synthsize.branch import thing\n")
    assert script_files(script) == [script, package / "branch.py", package / "leaf.py"]


def files(*modules):
    return {path.relative_to(PACKAGE).as_posix() for path in module_files(*modules)}


LATER = ("balance/", "benchmark/", "statistics/", "report/")


def test_the_extraction_depends_on_no_later_room():
    needed = files("extract.measurements", "extract.admissions", "extract.diagnoses", "extract.preflight")
    assert not [path for path in needed if path.startswith(LATER)]
    of_catalogue = {path for path in needed if path.startswith("catalogue/")}
    assert of_catalogue <= {"catalogue/variables.py", "catalogue/tables.py", "catalogue/keys.py"}


def test_a_fit_depends_on_no_words_of_metrics_figures_and_summaries():
    needed = files("benchmark.block", "benchmark.controls", "benchmark.diagnosis")
    assert not [path for path in needed if path.startswith(("statistics/", "report/", "extract/", "tasks/"))]
    assert not [path for path in needed if path.endswith(".toml")]
    assert not needed & {"catalogue/figures.py", "catalogue/names.py"}
    assert not needed & {"contracts/summaries.py", "contracts/csv_contract.py"}


SCRIPTS = Path(__file__).parents[2] / "workflow" / "scripts"
WORDS = {"contracts/summaries.py", "catalogue/figures.py", "catalogue/names.py"}


@pytest.mark.parametrize(
    "rule", ["check_source", "extract_admissions", "extract_measurements", "run_block", "run_controls"]
)
def test_no_script_of_extraction_or_fits_depends_on_words_of_the_report(rule):
    needed = [path for path in script_files(SCRIPTS / f"{rule}.py") if path.is_relative_to(PACKAGE)]
    names = {path.relative_to(PACKAGE).as_posix() for path in needed}
    assert names
    assert not names & WORDS
    assert not [name for name in names if name.startswith(("report/", "statistics/"))]
