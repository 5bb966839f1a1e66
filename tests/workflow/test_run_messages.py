"""What a run prints to the terminal."""

import logging
from types import SimpleNamespace

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_synthsize import LogHandler, Pace, RunFormatter, in_words


def test_the_pace_is_that_of_the_last_steps():
    pace = Pace(now=0.0)
    assert pace.step(10.0) == 10.0
    for second in range(11, 70):
        last = pace.step(float(second))
    assert last == 1.0


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (89, "89 s"), (91, "2 min"), (5399, "90 min"), (9000, "2.5 h")]
)
def test_durations_are_said_as_a_person_says_them(seconds, words):
    assert in_words(seconds) == words


def test_progress_shows_steps_rate_and_time_left(monkeypatch):
    clock = iter([0.0, 30.0, 60.0, 90.0, 120.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    formatter = RunFormatter(show_failed_logs=True)
    lines = [formatter.format_progress({"done": done, "total": 10}).strip() for done in (1, 2, 3, 10)]
    assert lines == [
        "1 of 10 steps",
        "2 of 10 steps",
        "3 of 10 steps, 2.0 a minute, about 4 min left",
        "10 of 10 steps",
    ]


def test_progress_counts_the_steps_of_this_run_alone():
    formatter = RunFormatter(show_failed_logs=True)
    formatter.format_run_info({"msg": "Job stats:", "stats": {"plot_bands": 4, "total": 5}})
    assert formatter.format_progress({"done": 2, "total": 650}).strip() == "2 of 5 steps"


def new_handler(monkeypatch):
    monkeypatch.setattr("sys.argv", ["snakemake"])
    settings = SimpleNamespace(stdout=True, dryrun=False, verbose=False, show_failed_logs=True, quiet=None)
    return LogHandler(settings, None)


def failed(log):
    """What Snakemake reports of a failed job: an exception without event, and the job itself."""
    trace = (
        "RuleException:\nCalledProcessError in file \"x.smk\", line 34:\nCommand 'python y.py' returned 1."
    )
    job = {"event": LogEvent.JOB_ERROR, "rule_name": "run_block", "jobid": 3, "log": [str(log)]}
    return [
        logging.makeLogRecord({"msg": trace, "event": LogEvent.ERROR}),
        logging.makeLogRecord({"msg": "Error in rule run_block, jobid: 3", **job}),
    ]


def test_a_failed_job_is_one_sentence_with_its_log_and_is_reported_once(capsys, monkeypatch, tmp_path):
    handler = new_handler(monkeypatch)
    logs = [tmp_path / f"{number}.log" for number in range(4)]
    for log in logs[:2]:
        log.write_text("12:00:00 split 1 of 2\nthe command of 'gan' failed; correct it\n")
    logs[2].write_text("Traceback (most recent call last)\n  File x\nKeyError: 'absent'\n")
    for log in logs:  # the last was not even opened
        for record in failed(log):
            handler.emit(record)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"synthsize: the command of 'gan' failed; correct it (log: {logs[0]})"
    assert told[1].strip() == f"failed for the same reason (log: {logs[1]})"
    assert told[2] == f"synthsize: unexpected KeyError: 'absent'; the traceback is in {logs[2]}"
    assert told[3].startswith(f"synthsize: a job failed and its log {logs[3]} ends without a reason")
    assert len(told) == 4


@pytest.mark.parametrize("detail", ["", ": '.snakemake/locks/0.input.lock'"])
def test_a_disk_too_full_for_snakemake_is_one_sentence(capsys, monkeypatch, detail):
    trace = f"Traceback (most recent call last):\n  File x\n\nOSError: [Errno 28] No space left on device{detail}\n"
    new_handler(monkeypatch).emit(logging.makeLogRecord({"msg": trace}))
    told = capsys.readouterr().out
    assert told.endswith(
        " cannot be written (No space left on device); free space or run elsewhere with -d\n"
    )
    assert len(told.splitlines()) == 1


def test_a_stopped_run_says_so_in_one_line(capsys, monkeypatch):
    handler = new_handler(monkeypatch)
    for words in (
        "Terminating processes on user request, this might take some time.",
        "Error in rule run_block: Traceback",
        "Complete log(s): .snakemake/log",
    ):
        handler.emit(logging.makeLogRecord({"msg": words}))
    assert capsys.readouterr().out == "synthsize: stopped; the same command goes on from here\n"
