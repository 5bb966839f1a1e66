"""The frame around a job: the reason of a failure reaches the log and the person."""

import errno
import logging
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest

from synthsize.errors import InputError
from synthsize.pipeline.job import job, rule_log
from synthsize.pipeline.records import content_digest, fits, record_file, write_records

LINEAGE, OTHER = "0123456789abcdef", "fedcba9876543210"


@pytest.fixture
def given(tmp_path):
    """What Snakemake hands over to a job that reads a table and a module."""
    table, module, output = (tmp_path / name for name in ("table.csv", "module.py", "output.csv"))
    table.write_text("1\n")
    module.write_text("pass\n")
    write_records([table], LINEAGE)
    expected = {str(table): ("lineage", LINEAGE), str(module): ("content", content_digest(module))}
    return SimpleNamespace(
        rule="a_rule",
        wildcards={},
        log=[str(tmp_path / "job.log")],
        output=[str(output)],
        params=SimpleNamespace(lineage=OTHER, expected=expected),
        config={"output": {"root": str(tmp_path), "kept_rows_gb": 1}},
        table=table,
        module=module,
        made=output,
    )


def write_text(*files):
    for file in files:
        file.write_text("written by the job\n")


def test_a_job_records_what_made_its_results(given):
    with job(given):
        write_text(given.made)
    assert fits(given.made, OTHER)


def test_a_job_does_not_begin_with_results_of_another_configuration(given):
    write_records([given.table], OTHER)
    with pytest.raises(SystemExit), job(given):
        pytest.fail("it began")
    assert "another configuration" in Path(given.log[0]).read_text()


def test_a_job_whose_source_changes_meanwhile_leaves_no_record(given):
    with pytest.raises(SystemExit), job(given):
        write_text(given.made, given.module)
    assert "while the run was under way" in Path(given.log[0]).read_text()
    assert not record_file(given.made).exists()


def test_what_the_log_holds_is_left_to_the_run_to_report(given, monkeypatch):
    with pytest.raises(SystemExit) as caught, job(given):
        raise InputError("the table is empty; check it")
    assert caught.value.code == 1
    assert Path(given.log[0]).read_text() == "the table is empty; check it\n"
    monkeypatch.setattr("synthsize.pipeline.job._append", lambda *_: False)  # as on a full disk
    with pytest.raises(SystemExit, match="synthsize: the table is empty; check it"), job(given):
        raise InputError("the table is empty; check it")


def test_a_failed_job_leaves_no_record(given):
    with pytest.raises(SystemExit), job(given):
        write_text(given.made, "not a path")
    assert not record_file(given.made).exists()


def test_records_reach_the_log(tmp_path):
    with rule_log(tmp_path / "rule" / "job.log"):
        logging.getLogger("synthsize.somewhere").info("split 1 of 2")
    assert "split 1 of 2" in (tmp_path / "rule" / "job.log").read_text()


def test_an_input_error_is_one_sentence_without_a_traceback(tmp_path):
    with pytest.raises(SystemExit) as caught, rule_log(tmp_path / "job.log"):
        raise InputError("tasks.sepsis has no positives; check its codes")
    assert caught.value.code == "synthsize: tasks.sepsis has no positives; check its codes"
    assert (tmp_path / "job.log").read_text() == "tasks.sepsis has no positives; check its codes\n"


def test_a_bug_leaves_its_traceback_in_the_log(tmp_path):
    with pytest.raises(SystemExit) as caught, rule_log(tmp_path / "job.log"):
        _ = {}["absent"]
    assert "unexpected KeyError" in str(caught.value.code)
    assert str(tmp_path / "job.log") in str(caught.value.code)
    assert "Traceback" in (tmp_path / "job.log").read_text()


def test_a_full_disk_is_one_sentence(tmp_path):
    with pytest.raises(SystemExit) as caught, rule_log(tmp_path / "job.log"):
        raise OSError(errno.ENOSPC, "No space left on device", "results/x.parquet")
    assert caught.value.code == (
        "synthsize: results/x.parquet cannot be written (No space left on device); free space or change output.root"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a file on a full disk")
def test_a_disk_too_full_for_the_log_is_one_sentence(capsys):
    with pytest.raises(SystemExit) as caught, rule_log("/dev/full"):
        logging.getLogger("synthsize.somewhere").info("split 1 of 2")
    assert caught.value.code == (
        "synthsize: output.root cannot be written (No space left on device); free space or change output.root"
    )
    with pytest.raises(SystemExit) as caught, rule_log("/dev/full"):
        raise InputError("tasks.sepsis has no positives; check its codes")
    assert caught.value.code == "synthsize: tasks.sepsis has no positives; check its codes"
    assert capsys.readouterr().err == ""


def test_a_log_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "logs").write_text("a file where the folder belongs")
    with (
        pytest.raises(
            SystemExit, match=r"logs.* cannot be written \(.+\); free space or change output\.root"
        ),
        rule_log(tmp_path / "logs" / "job.log"),
    ):
        pass


@pytest.fixture
def interruptible():
    """Ctrl-C as in the foreground: what a shell runs in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_stopped_job_ends_without_a_message(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught, rule_log(tmp_path / "job.log"):
        signal.raise_signal(signal.SIGINT)
    assert caught.value.code == 130
    assert (tmp_path / "job.log").read_text() == "stopped by Ctrl-C\n"
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_before_the_log_is_open_waits_for_it(tmp_path):
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(SystemExit) as caught, rule_log(tmp_path / "job.log"):
            pytest.fail("the job began")
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    assert caught.value.code == 130


def test_no_handler_is_left_behind(tmp_path):
    before = list(logging.getLogger("synthsize").handlers)
    with rule_log(tmp_path / "job.log"):
        pass
    assert logging.getLogger("synthsize").handlers == before
