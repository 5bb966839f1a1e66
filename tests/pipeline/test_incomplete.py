"""What a run that ends with failures lacks, and why."""

from dataclasses import dataclass

import pytest
import yaml

from synthsize.pipeline.incomplete import last_log_line, missing_parts, without, write_settings


class Run:
    """A plan of jobs, of which some failed and some finished."""

    def __init__(self, folder):
        self.folder = folder
        self.needs = {}

    def job(self, name, *needs, log=None, **wildcards):
        file = self.folder / f"{len(self.needs)}.log"
        if log is not None:
            file.write_text(log)
        job = Job(name, wildcards, [str(file)])
        self.needs[job] = set(needs)
        return job


@dataclass(frozen=True, eq=False)
class Job:
    """What Snakemake's jobs are asked for."""

    name: str
    wildcards_dict: dict
    log: list


@pytest.fixture
def run(tmp_path):
    return Run(tmp_path)


def test_the_failed_parts_are_named_with_the_last_line_of_their_logs(run):
    task = run.job(
        "build_task", log="09:00:00 reading\ntasks.phantom: no patient is positive\n", task="phantom"
    )
    cell = {"task": "sepsis", "classifier": "svm", "generator": "smote", "block": "00005"}
    block = run.job("run_block", log="Traceback\n  line\nValueError: broken\n\n", **cell)
    controls = run.job("run_controls", log="late\n", task="sepsis", classifier="svm", block="00000")
    diagnosis = run.job("diagnose_regime", log="never\n", task="sepsis", generator="jitter")
    report = run.job("write_report", task, block, controls, diagnosis)
    failed = {task, block, controls, diagnosis}
    assert missing_parts(failed | {report}, failed, run.needs) == {
        "phantom": "tasks.phantom: no patient is positive",
        "sepsis/svm/smote": "ValueError: broken",
        "sepsis/svm/controls": "late",
        "sepsis/diagnosis/jitter": "never",
    }


def test_of_several_blocks_of_a_cell_the_first_gives_the_reason(run):
    cell = {"task": "sepsis", "classifier": "svm", "generator": "smote"}
    failed = {run.job("run_block", log=f"{name}\n", block=name, **cell) for name in ("first", "second")}
    assert missing_parts(failed, failed, run.needs) == {"sepsis/svm/smote": "first"}


def test_a_run_that_stopped_early_is_not_reported(run):
    failed = run.job("build_task", log="no\n", task="phantom")
    other = run.job("build_task", task="sepsis")
    report = run.job("write_report", failed, other)
    assert missing_parts({failed, other, report}, {failed}, run.needs) == {}
    assert missing_parts({failed, report}, {failed}, run.needs) == {"phantom": "no"}


def test_what_every_task_needs_cannot_be_left_out(run):
    failed = run.job("extract_admissions", log="no\n")
    assert missing_parts({failed}, {failed}, run.needs) == {}


def test_the_price_of_the_shortcuts_is_missing_as_a_whole(run):
    task = run.job("build_shortcut_task", log="no codes\n", task="phantom")
    block = run.job("run_shortcut_block", log="broken\n", shortcut="oracle", task="sepsis", block="00000")
    cohort = run.job("restrict_task", log="few\n", shortcut="landmark", task="sepsis")
    for failed in (task, block, cohort):
        reason = failed.log[0]
        assert list(missing_parts({failed}, {failed}, run.needs)) == ["shortcuts"], reason


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ("hold_out_strata", "transport"),
        ("run_transport_controls", "transport"),
        ("compare_transport", "transport"),
        ("run_subgroups", "subgroups"),
        ("compare_imputations", "imputations"),
        ("run_penalised_block", "penalties"),
        ("run_penalised_controls", "penalties"),
        ("choose_recipes", "recipes"),
        ("recommend_recipes", "recipes"),
    ],
)
def test_each_analysis_beside_the_benchmark_is_missing_as_a_whole(run, rule, part):
    failed = run.job(rule, log="broken\n", task="sepsis", classifier="svm")
    assert missing_parts({failed}, {failed}, run.needs) == {part: "broken"}


@pytest.mark.parametrize("log", [None, "", "\n", "12:30:01 split 3 of 5\n"])
def test_a_log_without_a_reason_is_said_to_have_none(tmp_path, log):
    path = tmp_path / "00000.log"
    if log is not None:
        path.write_text(log)
    assert "00000.log ends without a reason" in last_log_line(path)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/data/mimic/A.csv.gz: column 'X' is missing", "A.csv.gz: column 'X' is missing"),
        (
            "OSError: [Errno 2] No such file: '/home/me/x.parquet'",
            "OSError: [Errno 2] No such file: 'x.parquet'",
        ),
        ("InputError: risk/split and 1/2 stay", "InputError: risk/split and 1/2 stay"),
    ],
)
def test_reasons_name_no_folder(tmp_path, line, words):
    path = tmp_path / "job.log"
    path.write_text(f"{line}\n")
    assert last_log_line(path) == words


def test_without_drops_whole_tasks_and_cells_and_nothing_else():
    paths = [
        "out/blocks/sepsis/svm/smote/00000.sweep.parquet",
        "out/blocks/sepsis/svm/borderline_smote/00000.sweep.parquet",
        "out/blocks/sepsis/svm/controls/00000.controls.parquet",
        "out/blocks/sepsis/diagnosis/smote.parquet",
        "out/blocks/sepsis_2/svm/smote/00000.sweep.parquet",
    ]
    assert without(paths, "out/blocks", []) == paths
    assert without(paths, "out/blocks", ["sepsis"]) == paths[4:]
    assert without(paths, "out/blocks", ["sepsis/svm/smote"]) == paths[1:]
    assert without(paths, "out/blocks", ["sepsis/svm/controls", "sepsis/diagnosis/smote"]) == [
        *paths[:2],
        paths[4],
    ]


def test_the_settings_keep_every_letter_of_a_reason(tmp_path):
    path = tmp_path / "incomplete.yaml"
    left_out = {"sepsis/svm/smote": "ValueError: {'a': 1} # µ: “no” " + "long " * 40 + "end", "a": "no"}
    write_settings(path, left_out)
    assert yaml.safe_load(path.read_text(encoding="utf-8")) == {"reporting": {"left_out": left_out}}
