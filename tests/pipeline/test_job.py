"""The frame around a job: the reason of a failure reaches the log and the person."""

import errno
import logging

import pytest

from synthsize.errors import InputError
from synthsize.pipeline.job import rule_log


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


def test_no_handler_is_left_behind(tmp_path):
    before = list(logging.getLogger("synthsize").handlers)
    with rule_log(tmp_path / "job.log"):
        pass
    assert logging.getLogger("synthsize").handlers == before
