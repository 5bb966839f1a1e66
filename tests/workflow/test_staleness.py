"""No result outlives what it was made from: whatever changes, however the run that follows ends."""

import gzip
import os
import shutil
from contextlib import contextmanager, nullcontext
from itertools import cycle
from pathlib import Path

import pytest

from synthsize.pipeline.records import record_file
from synthsize.simulate.simulation import simulate_extract

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("staleness 1")]

# As small as a run can be that passes through every room; the figures are left to the tests of the pipeline.
SMALL = {
    "source": {"name": "mimic3", "path": "raw"},
    "tasks": {"mortality": None, "septic_shock": None},
    "experiment": {
        "classifiers": ["logistic"],
        "generators": ["jitter"],
        "controls": ["weights"],
        "multipliers": {"start": 0, "stop": 1, "step": 1},
        "splits": 1,
        "vtss": {"folds": 2, "repeats": 1},
    },
}
KEPT = ("results", "logs", ".snakemake")
HEADLINE = "results/headline.txt"
WAYS = ("job killed", "main process killed", "exception")


class Run:
    """A finished run from raw files, to which its checkout can be put back."""

    def __init__(self, checkout):
        self.checkout = checkout
        self.folder = checkout.folder
        simulate_extract(self.folder / "raw", n_admissions=600, seed=7)
        checkout.preset("small", SMALL)
        checkout.preset("change", {})
        self.again()
        for name in KEPT:
            shutil.copytree(self.folder / name, self.folder / "finished" / name, symlinks=True)

    def put_back(self):
        self.checkout.preset("change", {})
        for name in KEPT:
            shutil.rmtree(self.folder / name, ignore_errors=True)
            shutil.copytree(self.folder / "finished" / name, self.folder / name, symlinks=True)

    def again(self, *arguments, target=HEADLINE, **options):
        return self.checkout.succeed(target, *arguments, presets=("small", "change"), **options)

    def fail(self, *arguments, target=HEADLINE, **options):
        done = self.checkout.run(target, *arguments, presets=("small", "change"), **options)
        assert done.returncode != 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def due(self, *arguments):
        return self.checkout.due(HEADLINE, *arguments, presets=("small", "change"))

    def fresh(self):
        """Results of a run from nothing."""
        shutil.rmtree(self.folder / "fresh", ignore_errors=True)
        self.checkout.preset("fresh", {"output": {"root": "fresh"}})
        self.checkout.succeed(f"fresh/{HEADLINE}", presets=("small", "change", "fresh"))
        return self.results("fresh/results")

    def results(self, root="results"):
        return {
            **self.checkout.digests(root),
            "headline.txt": (self.folder / root / "headline.txt").read_text(encoding="utf-8"),
        }


@pytest.fixture(scope="module")
def finished_run(new_checkout):
    return Run(new_checkout())


@pytest.fixture
def run(finished_run):
    yield finished_run
    finished_run.put_back()


@contextmanager
def edited(path, change):
    """Change a file, then put content and time stamp back."""
    before, times = path.read_bytes(), path.stat()
    after = change(before)
    assert after != before
    path.write_bytes(after)
    try:
        yield
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def key(section, **settings):
    """Change keys of the configuration."""

    def change(run):
        run.checkout.preset("change", {section: settings})
        return nullcontext()

    return change


def text(name, old, new):
    """Change the text of a file of the package."""
    path = Path("src/synthsize", name)
    return lambda run: edited(run.folder / path, lambda data: data.replace(old.encode(), new.encode()))


def module(name, code):
    """Change what a module does, by more code at its end."""
    return lambda run: edited(run.folder / "src/synthsize" / name, lambda data: data + code.encode())


def raw_cells(table, old, new):
    """Change the first twenty cells of a raw table that hold one text."""

    def change(data):
        return gzip.compress(gzip.decompress(data).replace(old, new, 20), mtime=0)

    return lambda run: edited(run.folder / "raw" / f"{table}.csv.gz", change)


# What changes, and the first rule that it concerns.
CHANGES = {
    "cohort": (key("cohort", min_age=40), "extract_admissions"),
    "tasks": (key("tasks", sepsis={"icd9": ["99592"]}), "build_task"),
    "protocol": (key("protocol", majority_weight=0.3), "run_block"),
    "raw file": (raw_cells("PATIENTS", b'"M"', b'"F"'), "check_source"),
    "SQL": (
        text("extract/sql/cohort.sql", "upper(trim(sex)) AS sex", "'F' AS sex"),
        "extract_admissions",
    ),
    "module of extract": (
        module(
            "extract/admissions.py",
            "\nimport dataclasses\n_before = extract_admissions\n"
            "def extract_admissions(*given, cohort, **named):\n"
            "    _before(*given, cohort=dataclasses.replace(cohort, min_age=50), **named)\n",
        ),
        "extract_admissions",
    ),
    "module of tasks": (
        module(
            "tasks/features.py",
            "\n_before = summarise_bins\n"
            "def summarise_bins(*given, **named):\n"
            "    table = _before(*given, **named)\n"
            "    return table.assign(**{name: table[name] ** 2 for name in table.columns[-1:]})\n",
        ),
        "build_features",
    ),
    "module of benchmark": (
        module(
            "benchmark/block.py",
            "\n_before = run_block\n"
            "def run_block(*given, splits, **named):\n"
            "    return _before(*given, splits=[split + 5 for split in splits], **named)\n",
        ),
        "run_block",
    ),
    "module of statistics": (
        module(
            "statistics/answers.py",
            "\n_before = answers\ndef answers(*given):\n    return _before(*given).iloc[:-1]\n",
        ),
        "compare_sizes",
    ),
    "module of report": (
        module(
            "report/page/headline.py",
            "\n_before = headline\n"
            "def headline(*given, **named):\n    return [*_before(*given, **named), 'One line more.']\n",
        ),
        "write_headline",
    ),
}
# One change each of configuration, data and code of a fit and of a table; of the others a plan shows that they make
# their rule due, as of the keys and files in test_pipeline.
RUN = ("cohort", "raw file", "module of benchmark", "module of statistics")
PLANNED = [name for name in CHANGES if name not in RUN]
BEFORE_TASKS = ("extract_admissions", "check_source")
# Each worker has a finished run of its own, so that two halves of the matrix go side by side.
MATRIX = [
    pytest.param(*pair, marks=pytest.mark.xdist_group(f"staleness {half}"))
    for pair, half in zip(zip(RUN, cycle(WAYS)), cycle((1, 2)))
]


@pytest.mark.parametrize(("name", "way"), MATRIX, ids=lambda value: value.replace(" ", "-"))
def test_after_a_change_and_a_failure_the_same_command_makes_what_a_fresh_run_makes(run, name, way):
    change, rule = CHANGES[name]
    before = run.results()
    with change(run):
        run.fail(fault=f"{rule}:{way}")
        if way == "main process killed":
            run.checkout.succeed("--unlock", presets=("small", "change"))
        run.again()
        found, expected = run.results(), run.fresh()
    assert found == expected
    assert found != before


@pytest.mark.parametrize("name", PLANNED)
def test_a_change_makes_its_rule_due(run, name):
    change, rule = CHANGES[name]
    with change(run):
        due = run.due()
    assert rule in due
    if rule not in BEFORE_TASKS:
        assert "extract_measurements" not in due


def test_a_corrected_raw_file_needs_the_same_command_and_nothing_else(run):
    """A bad date stops the run in one sentence; the mended file has a new time stamp, as an editor gives it."""
    events = run.folder / "raw" / "CHARTEVENTS.csv.gz"
    before, whole = run.results(), events.read_bytes()
    with edited(events, lambda data: gzip.compress(gzip.decompress(data).replace(b" 1", b" 31", 1), mtime=0)):
        told = run.fail()
        assert "synthsize: " in told
        assert "Traceback" not in told
        events.write_bytes(whole)
        run.again()
        assert run.results() == before


EVERYTHING_FROM_THE_COHORT = {
    *(
        "extract_admissions",
        "extract_diagnoses",
        "extract_measurements",
        "bin_measurements",
        "build_features",
    ),
    *("build_task", "run_block", "run_controls", "diagnose_regime", "collect_blocks"),
    # The headline says which tasks have few cases.
    *("compare_sizes", "describe_cohort", "write_headline"),
}


@pytest.mark.parametrize("forgotten", [False, True], ids=["rerun-triggers mtime", "no .snakemake folder"])
def test_a_change_makes_its_dependants_due_without_the_records_of_snakemake(run, forgotten):
    arguments = () if forgotten else ("--rerun-triggers", "mtime")
    if forgotten:
        shutil.rmtree(run.folder / ".snakemake")
    assert run.due(*arguments) == set()
    CHANGES["cohort"][0](run)
    assert run.due(*arguments) == EVERYTHING_FROM_THE_COHORT
    run.checkout.preset("change", {})
    assert run.due(*arguments) == set()


def test_a_touch_makes_no_result_fit(run):
    CHANGES["cohort"][0](run)
    run.again("--touch")
    assert run.due() == EVERYTHING_FROM_THE_COHORT


def test_a_result_without_a_record_is_due_with_what_follows_from_it(run):
    record_file(run.folder / "results/tables/answers.csv").unlink()
    assert run.due() == {"compare_sizes", "write_headline"}


def test_a_result_changed_by_hand_is_rejected_and_then_made_again(run):
    before, answers = run.results(), run.folder / "results/tables/answers.csv"
    name = b"sepsis"
    answers.write_bytes(answers.read_bytes().replace(name, name[::-1]))
    told = run.fail()
    assert "synthsize: results/tables/answers.csv was changed after it was made; run the same command" in told
    assert "Traceback" not in told
    run.again()
    assert run.results() == before


def test_results_of_another_configuration_are_due_even_when_copied_here(run):
    run.checkout.preset("change", {"reporting": {"rope": 0.5}, "output": {"root": "other"}})
    run.again(target=f"other/{HEADLINE}")
    shutil.copytree(run.folder / "other/results", run.folder / "results", dirs_exist_ok=True)
    run.checkout.preset("change", {})
    assert {"compare_sizes", "write_headline"} <= run.due()
