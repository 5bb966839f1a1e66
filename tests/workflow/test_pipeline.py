"""The workflow as a user runs it: from nothing to the report, twice, in parts, and after being killed."""

import json
import os
import re
import shlex
import signal
import subprocess
import time
from contextlib import contextmanager

import pandas as pd
import pytest

from synthsize.pipeline.records import record_file

pytestmark = pytest.mark.slow

EXTRACT = {"extract_admissions", "extract_diagnoses", "extract_measurements"}
TASKS = {"bin_measurements", "build_features", "build_task", "describe_cohort"}
BESIDE = {"run_controls", "diagnose_regime"}  # what the sweep and its choices are judged by
SUMMARIES = {
    "summarise_results",
    "summarise_validation",
    "compare_sizes",
    "recommend_recipes",
}
BENCHMARK = {"run_block", "collect_blocks", "choose_recipes"} | SUMMARIES | BESIDE
PAGE = {"write_manifest", "write_report"}
SHOWN = {"write_tables"} | PAGE  # what shows a table
TOLD = {"write_headline"} | SHOWN  # what tells the main result
CURVES = {"draw excess_risk_logistic", "draw balanced_accuracy_logistic"}
# What is drawn from the tables that compare_sizes writes.
COMPARISONS = {
    f"draw {figure}_logistic" for figure in ("chosen_sizes", "paired_differences", "differences_to_balance")
}
VALIDATION, PARETO = "draw validation_curves_logistic", "draw pareto_logistic"
RESULTS = {PARETO, VALIDATION, "tabulate_summary"} | CURVES | COMPARISONS | TOLD
COHORT_FIGURES = {"draw attrition", "draw missingness_coverage"}
REPORT = COHORT_FIGURES | RESULTS


NEW_FIGURE = """
from matplotlib.figure import Figure

ENTRY = {
    "title": "A new figure",
    "section": "results",
    "classifiers": "all",
    "tables": ["vtss"],
    "words": "A new figure of {classifier}.",
}


def draw(vtss, *, names, classifier):
    figure = Figure(figsize=(7.2, 2))
    figure.subplots().plot(vtss["mean"])
    return figure


def caption(*, names, classifier):
    return f"What the new figure shows of {names.in_sentence(classifier)}."
"""


@contextmanager
def edited(checkout, name, change):
    """Change a file of the checkout, then put content and time stamp back."""
    path = checkout.folder / name
    before, times = path.read_text(), path.stat()
    assert change(before) != before
    path.write_text(change(before))
    try:
        yield
    finally:
        path.write_text(before)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_a_dry_run_from_nothing_plans_every_room(new_checkout):
    due = new_checkout().due()
    assert {"simulate_extract", "check_source"} | EXTRACT | TASKS | BENCHMARK | REPORT <= due


def test_a_dry_run_of_the_simulated_hospital_as_another_database(new_checkout):
    """The files are those that the source reads; their folder is not that of MIMIC-III's."""
    plan = new_checkout().succeed("--dry-run", "check_source", "--config", "simulate={schema: eicu}").stdout
    made, read = plan.split("rule check_source:")[0], plan.split("rule check_source:")[1]
    assert "results/simulate/eicu/vitalPeriodic.csv.gz" in made
    assert "results/simulate/eicu/vitalPeriodic.csv.gz" in read
    assert "sources/eicu/source.yaml" in read


def test_the_tiny_run_ends_in_a_report(finished):
    results = finished.folder / "results"
    assert (results / "report.html").stat().st_size > 0
    assert (results / "figures" / "excess_risk_logistic.png").stat().st_size > 0
    sweep = pd.read_parquet(results / "benchmark" / "mortality" / "sweep.parquet")
    assert len(sweep) == 1 * 2 * 2 * 3  # classifier, generators, splits, multipliers
    controls = pd.read_parquet(results / "benchmark" / "mortality" / "controls.parquet")
    assert len(controls) == 1 * 2 * (6 + 2 * 3)  # classifier, splits, controls without and with multipliers
    diagnosis = pd.read_parquet(results / "benchmark" / "mortality" / "diagnosis.parquet")
    assert len(diagnosis) == 2 * 2  # generators, splits
    told = finished.first_run.stdout + finished.first_run.stderr
    headline = (results / "headline.txt").read_text(encoding="utf-8")
    assert 1 <= len(headline.splitlines()) <= 6
    assert f"{headline}synthsize: the report is results/report.html" in told
    for name in (
        "table1",
        "recommendations_logistic",
        "answers_logistic",
        "verdicts_logistic",
        "summary_logistic",
        "differences_logistic",
    ):
        for suffix in ("csv", "md", "tex"):
            assert (results / "tables" / "formatted" / f"{name}.{suffix}").stat().st_size > 0


def test_the_manifest_lists_every_table_and_figure(finished):
    results = finished.folder / "results"
    outputs = json.loads((results / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    listed = {entry["path"] for entry in outputs}
    for folder in ("tables", "figures"):
        found = {path for path in (results / folder).rglob("*") if path.is_file() and path.name[0] != "."}
        assert {path.relative_to(results).as_posix() for path in found} <= listed


def test_every_result_has_a_record_of_what_made_it(finished):
    results = finished.folder / "results"
    folders = {results / "simulate" / "truth", results / "tables" / "formatted"}
    files = {path for path in results.rglob("*") if path.is_file() and path.name[0] != "."}
    made = {path for path in files if folders.isdisjoint(path.parents)} | folders
    assert [path for path in sorted(made) if not record_file(path).is_file()] == []


def test_no_spill_is_left(finished):
    assert not (finished.folder / "results" / "spill").exists()


def test_a_second_run_has_nothing_to_do(finished):
    assert finished.due() == set()


@pytest.mark.parametrize(
    ("name", "change", "due"),
    [
        (
            "src/synthsize/extract/sources/mimic3/admissions.sql",
            lambda text: text + "\n-- a remark\n",
            EXTRACT | {"compare_release"} | TASKS | BENCHMARK | REPORT,
        ),
        (
            "src/synthsize/extract/sources/mimic3/concepts/corrected.csv",
            lambda text: "\n".join(line for line in text.splitlines() if ",615," not in line) + "\n",
            {"extract_measurements", "compare_release"} | TASKS | BENCHMARK | REPORT,
        ),
        (
            "src/synthsize/extract/sources/mimic3/concepts/paper.csv",
            lambda text: text + "\n",
            set(),
        ),
        (
            "src/synthsize/report/figures/curves.py",
            lambda text: text + "\n# a remark\n",
            CURVES | PAGE,
        ),
        (
            "src/synthsize/statistics/summary.py",
            lambda text: text + "\n# a remark\n",
            {"summarise_results", PARETO, "tabulate_summary"} | CURVES | SHOWN,
        ),
        (
            "src/synthsize/report/figures/pareto.py",
            lambda text: text.replace("Balanced risk against calibration", "Risk against calibration"),
            {PARETO} | PAGE,
        ),
        (
            "src/synthsize/catalogue/metrics.toml",
            lambda text: text.replace("mean of sensitivity and specificity", "the mean of both"),
            SUMMARIES | RESULTS | COHORT_FIGURES,  # no fit
        ),
        (
            "src/synthsize/contracts/summaries.py",
            lambda text: text + "\n# a remark\n",
            SUMMARIES | RESULTS | COHORT_FIGURES | {"describe_cohort"},  # no fit
        ),
        (
            "src/synthsize/statistics/bands.py",
            lambda text: text + "\n# a remark\n",
            {"compare_sizes"} | COMPARISONS | TOLD,
        ),
    ],
    ids=lambda value: value.rpartition("/")[2] if isinstance(value, str) else None,
)
def test_an_edit_reruns_what_depends_on_it_and_nothing_else(finished, name, change, due):
    with edited(finished, name, change):
        assert finished.due() == due
    assert finished.due() == set()


@pytest.mark.parametrize("room", ["balance", "benchmark", "statistics", "report"])
def test_no_edit_of_a_later_room_reads_the_raw_extract_again(finished, room):
    folder = finished.folder / "src" / "synthsize" / room
    before = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))}
    for path, content in before.items():
        path.write_text(content + "\n# a remark\n", encoding="utf-8")
    try:
        due = finished.due()
        assert due
        assert not due & (EXTRACT | {"check_source", "compare_release"})
    finally:
        for path, content in before.items():
            path.write_text(content, encoding="utf-8")


def test_a_figure_is_one_new_file(finished):
    module = finished.folder / "src/synthsize/report/figures/new_figure.py"
    page = finished.folder / "results/report.html"
    module.write_text(NEW_FIGURE)
    try:
        finished.succeed()
        assert "A new figure: Logistic regression" in page.read_text(encoding="utf-8")
        caption = finished.folder / "results/figures/new_figure_logistic.txt"
        assert caption.read_text() == "What the new figure shows of logistic regression.\n"
    finally:
        module.unlink()
        for made in (finished.folder / "results/figures").glob("new_figure_*"):
            made.unlink()
        finished.succeed()
    assert "A new figure" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("override", "due"),
    [
        ({"experiment": {"vtss": {"repeats": 2}}}, BENCHMARK - {"diagnose_regime"} | RESULTS),
        ({"experiment": {"splits": 3}}, BENCHMARK | RESULTS),
        ({"experiment": {"classifiers": {"logistic": {"C": 2}}}}, BENCHMARK - {"diagnose_regime"} | RESULTS),
        (
            {"experiment": {"controls": ["class_weight"]}},
            BENCHMARK - {"run_block", "diagnose_regime"} | RESULTS,
        ),
        (
            {"protocol": {"interval": "normal"}},
            {VALIDATION} | CURVES | SHOWN,  # the tables that these read hold both intervals
        ),
        ({"reporting": {"suppress_below": 5}}, COHORT_FIGURES | SHOWN),
        ({"reporting": {"rope": 0.02}}, {"compare_sizes", "recommend_recipes"} | COMPARISONS | TOLD),
        (
            {"features": {"summaries": ["mean", "last"]}},
            {"build_features", "build_task", "describe_cohort"} | BENCHMARK | REPORT,
        ),
        (
            {"source": {"concepts": "paper"}},
            {"extract_measurements", "compare_release"} | TASKS | BENCHMARK | REPORT,
        ),
        ({"cohort": {"min_age": 18}}, EXTRACT | {"compare_release"} | TASKS | BENCHMARK | REPORT),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_config_key_reruns_what_depends_on_it_and_nothing_else(finished, override, due):
    finished.preset("override", override)
    assert finished.due(presets=("tiny", "override")) == due


def test_a_strategy_alone_is_planned(finished):
    """What draws from the plain generators finds their entries, though no cell has their names."""
    finished.preset("override", {"experiment": {"strategies": ["mixed"]}})
    due = finished.due(presets=("tiny", "override"))
    assert "run_block" in due
    assert not {"diagnose_regime", "run_controls"} & due  # as in the finished run


def test_more_splits_run_only_the_new_blocks(finished):
    finished.preset("override", {"experiment": {"splits": 3}})
    plan = finished.succeed("--dry-run", presets=("tiny", "override"))
    assert (plan.stdout + plan.stderr).count("rule run_block:") == 2 * 2  # tasks, generators


def test_a_rule_reruns_by_name_and_by_target(finished):
    assert finished.due("--forcerun", "draw_figure") >= CURVES
    table = finished.folder / "results" / "tables" / "table1.csv"
    before = table.read_bytes()
    table.unlink()
    assert finished.due("results/tables/table1.csv") == {"describe_cohort"}
    done = finished.succeed("results/tables/table1.csv")
    assert "the report is" not in done.stdout + done.stderr  # it was not asked for
    assert table.read_bytes() == before
    finished.succeed()


def test_results_depend_neither_on_cores_nor_on_an_interruption(finished, new_checkout):
    killed = new_checkout()
    process = subprocess.Popen(
        killed.command(cores=1),
        cwd=killed.folder,
        env=killed.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    blocks = killed.folder / "results" / "benchmark" / "blocks"
    deadline = time.monotonic() + 240
    while not list(blocks.rglob("*.sweep.parquet")):
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (killed.folder / "results" / "report.html").exists()

    killed.succeed("--unlock")
    killed.succeed(cores=1)
    assert killed.digests() == finished.digests()


def test_a_run_with_failures_ends_with_the_report_of_the_rest(finished):
    """A task that cannot be built and a cell that breaks; afterwards the cell is mended and the task taken out."""
    finished.preset("phantom", {"tasks": {"phantom": {"label": "Phantom", "icd9": ["0000"]}}})
    finished.preset("keep", {"output": {"root": "keep"}})
    results = finished.folder / "keep" / "results"
    fault = "run_block:exception:sepsis/logistic/jitter"
    done = finished.run("--keep-going", presets=("tiny", "phantom", "keep"), fault=fault)
    told = done.stdout + done.stderr
    assert done.returncode != 0
    assert "tasks.phantom: no patient is positive" in told
    assert "synthsize: without" in told
    assert not (results / "tasks" / "phantom.parquet").exists()

    page = (results / "report.html").read_text(encoding="utf-8")
    assert "tasks.phantom: no patient is positive" in page
    assert "Sepsis: logistic regression, Gaussian jitter" in page
    assert "RuntimeError: made to fail" in page
    for figure in ("chosen_sizes_logistic", "attrition"):
        caption = (results / "figures" / f"{figure}.txt").read_text(encoding="utf-8")
        assert "Phantom (tasks.phantom: no patient is positive" in caption
    curves = pd.read_csv(results / "tables" / "curves.csv")
    cells = curves[["task", "generator"]].drop_duplicates().itertuples(index=False, name=None)
    assert sorted(cells) == [("mortality", "jitter"), ("mortality", "smote"), ("sepsis", "smote")]

    (command,) = re.findall(r"^  snakemake (.+)$", done.stdout, flags=re.MULTILINE)
    again = finished.snakemake(*shlex.split(command))
    assert again.returncode == 0, again.stderr
    assert "Nothing to be done" in again.stderr

    plan = finished.succeed("--dry-run", presets=("tiny", "keep"))
    due = re.findall(r"^(?:local)?rule (\w+):", plan.stdout + plan.stderr, flags=re.MULTILINE)
    assert due.count("run_block") == 2  # both splits of the broken cell
    assert {"collect_blocks"} | SUMMARIES | PAGE <= set(due)
    assert not {"run_controls", "diagnose_regime", "build_task"} & set(due)


# The words that must stand on the page of each degenerate run.
DEGENERATE = {
    "one split": [
        "There is one split, so that no interval and no test can be given",
        "No interval can be given: it takes two splits",
        "No control was run",
        "control weights was not run",
    ],
    "one size": [
        "Death &amp; 100% &lt;b&gt;caf\u00e9_1&lt;/b&gt; $5 or $6",
        "when the majority class counts 0.2 and the minority 0.8",
        "the same fit as the reference in every split: no width, no test",
        "balanced accuracy",
    ],
}


@pytest.mark.parametrize("case", DEGENERATE)
def test_a_degenerate_run_ends_in_a_report_that_says_what_is_missing(degenerate_run, case):
    results, told = degenerate_run(case)
    assert "Warning" not in told
    page = (results / "report.html").read_text(encoding="utf-8")
    page = re.sub(r"data:image/png;base64,[^\"]+|<script>.*?</script>", "", page, flags=re.DOTALL)
    missing = [text for text in DEGENERATE[case] if text not in page]
    assert missing == []
    captions = [path.read_text(encoding="utf-8") for path in (results / "figures").glob("*.txt")]
    assert [text for text in (page, *captions) if re.search(r"\b(nan|inf)\b|>None<", text)] == []


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("cohrt={min_age: 18}", "config: unknown key cohrt; did you mean 'cohort'?"),
        ("cohort={window_hours: 100}", "config: cohort.bin_hours.vital is 6"),
        (
            "experiment={splits: ten}",
            "config: experiment.splits is the text 'ten'; it must be a whole number",
        ),
        ("source={name: mimic3, path: nowhere}", "nowhere"),
        ("source={name: own/folder, path: .}", "own/folder"),
        ("source={concepts: mine}", "source.concepts"),
        ("output={root: tiny.yaml}", "tiny.yaml is a file; name a folder"),
    ],
)
def test_a_wrong_configuration_stops_at_once_in_one_line(finished, override, message):
    done = finished.run("--dry-run", "--config", override)
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.startswith("config:")]
    assert len(lines) == 1, done.stderr
    assert message in lines[0]
    assert "Traceback" not in done.stderr


def test_list_rules_reads_like_a_table_of_contents(finished):
    rules = re.findall(r"^\w+ \((.+)\.\)$", finished.succeed("--list-rules").stdout, flags=re.MULTILINE)
    assert len(rules) >= 17
    assert all(len(description) > 20 for description in rules)
