"""Generators whose rows come from outside: a command, and rows made beforehand."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from synthsize.balance.learners.estimator import EstimatorLearner
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.procedure import Procedure
from synthsize.benchmark.external.command import CommandGenerator
from synthsize.benchmark.external.command_run import Request, run_command
from synthsize.benchmark.external.pool import PoolGenerator
from synthsize.errors import InputError
from synthsize.scratch import KeptRows, keeping_rows

SCRIPT = Path(__file__).parents[1] / "shared" / "normal_rows.py"
COMMAND = (sys.executable, str(SCRIPT))
FEATURES = ("pulse", "lactate")


@pytest.fixture
def rows():
    """Rows as measured and their labels: 20 of the minority among 60."""
    stream = np.random.default_rng(3)
    y = np.repeat(np.array([1, 0], dtype=np.int8), [20, 40])
    X = stream.normal([80.0, 2.0], [10.0, 0.5], size=(60, 2)) + 5.0 * y[:, np.newaxis]
    X[3, 1] = np.nan
    return X, y


def standardised(rows):
    X, y = rows
    preprocessor = Preprocessor(feature_names=FEATURES).fit(X)
    return preprocessor, preprocessor.transform(X), y


def fitted(rows, generator):
    preprocessor, X, y = standardised(rows)
    return generator.in_units_of(preprocessor).fit(X, y)


def command(*words, **options):
    return CommandGenerator([*COMMAND, *words], name="normal", **options)


def test_a_command_is_asked_once_and_smaller_sizes_are_prefixes(rows, tmp_path):
    calls = tmp_path / "calls"
    with keeping_rows(KeptRows(tmp_path / "kept")):
        generator = fitted(rows, command(f"--calls={calls}", settings={"spread": 0.5}))
        whole = generator.sample(40, 1)
        np.testing.assert_array_equal(generator.sample(7, 1), whole[:7])
        assert calls.read_text() == "40\n"  # twice the gap of 20
        assert not np.array_equal(generator.sample(7, 2), whole[:7])
        assert calls.read_text() == "40\n40\n"
    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".npz", ".npz"]
    minority = generator.minority_
    np.testing.assert_allclose(whole.mean(axis=0), minority.mean(axis=0), atol=0.5)
    np.testing.assert_allclose(whole.std(axis=0) / minority.std(axis=0), 0.5, atol=0.25)


def test_more_rows_than_the_usual_grid_run_the_command_again_and_say_so(rows, tmp_path):
    with keeping_rows(KeptRows(tmp_path)):
        generator = fitted(rows, command())
        more = generator.sample(50, 1)
        np.testing.assert_array_equal(more[:40], generator.sample(40, 1))
        assert not generator.events_
        generator.sample(50, 1)
    assert len(np.unique(more, axis=0)) == 50
    assert [event.event for event in generator.events_] == ["command_run_again"]


def test_kept_rows_go_by_everything_that_decides_them(rows, tmp_path):
    calls, script = tmp_path / "calls", tmp_path / "script.py"
    script.write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")

    def drawn(given=rows, **options):
        words = [sys.executable, str(script), f"--calls={calls}"]
        with keeping_rows(KeptRows(tmp_path / "kept")):
            fitted(given, CommandGenerator(words, name="normal", **options)).sample(5, 1)
        return len(calls.read_text().splitlines())

    assert drawn() == 1
    assert drawn(timeout_minutes=5) == 1
    assert drawn(settings={"spread": 2.0}) == 2
    X, y = rows
    assert drawn((X + np.eye(60, 2), y)) == 3
    script.write_text(f"{script.read_text(encoding='utf-8')}\n# a remark\n", encoding="utf-8")
    assert drawn() == 4


FAULTS = {
    "exit": r"ended with exit code 1 \(last log line: the model is missing\)",
    "nothing": "without writing the file that --output names",
    "garbage": "wrote a file that is no Parquet table",
    "short": "wrote 39 rows where --rows asks for 40",
    "nan": "NaN or infinite values in column 'lactate'",
    "narrow": "wrote rows that cannot be used: the table lacks the column 'pulse'",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_command_does_wrong_is_one_sentence(rows, tmp_path, fault):
    generator = fitted(rows, command(settings={"fault": fault}))
    with keeping_rows(KeptRows(tmp_path)), pytest.raises(InputError, match=FAULTS[fault]) as error:
        generator.sample(3, 1)
    assert "'normal'" in str(error.value)
    assert "\n" not in str(error.value)
    left = {path.suffix for path in tmp_path.iterdir()}
    assert left == ({".failed", ".log"} if fault == "exit" else {".failed"})


def test_a_command_that_hangs_is_ended(rows):
    started = time.monotonic()
    generator = fitted(rows, command(settings={"fault": "hang"}, timeout_minutes=0.05))
    with pytest.raises(InputError, match=r"ended after 0.05 minutes \(last log line: epoch 1\)"):
        generator.sample(3, 1)
    assert time.monotonic() - started < 60


def test_a_command_that_is_killed_is_tried_again(rows, tmp_path):
    def refused(number):
        text = f"import os; print('epoch 1', flush=True); os.kill(os.getpid(), {number})"
        text += f"  # {300 * 'x'}"  # longer than any name of a file
        generator = fitted(rows, CommandGenerator([sys.executable, "-c", text], name="normal"))
        with keeping_rows(KeptRows(tmp_path, cell="a")), pytest.raises(InputError) as error:
            generator.sample(3, 1)
        return str(error.value)

    killed = (
        "was killed by SIGKILL, as the system does where memory runs out (last log line: epoch 1); run fewer"
    )
    assert killed in refused(signal.SIGKILL)  # the others are of the same cell, and say what killed them
    assert "was killed by SIGTERM (last log line: epoch 1); run it again" in refused(signal.SIGTERM)
    assert f"was killed by signal {signal.SIGRTMIN + 1}" in refused(signal.SIGRTMIN + 1)
    assert {path.suffix for path in tmp_path.iterdir()} == {".log"}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_shell_whose_command_is_killed_is_tried_again_too(rows, tmp_path, number):
    script = tmp_path / "draw.sh"
    script.write_text(f"echo epoch 1\nsh -c 'kill -{number} $$'\nexit $?\n")
    generator = fitted(rows, CommandGenerator(["sh", str(script)], name="normal"))
    kept = tmp_path / "kept"
    said = f"was killed by {signal.Signals(number).name} \\(exit code {128 + number}\\)"
    with keeping_rows(KeptRows(kept, cell="a")), pytest.raises(InputError, match=said):
        generator.sample(3, 1)
    assert {path.suffix for path in kept.iterdir()} == {".log"}  # none says that the others need not try


def test_rows_beyond_those_asked_for_are_left_out_at_random(rows):
    """Of 400 rows in the order of their pulse, 40 are asked for: the first 40 lie 1.7 standard deviations too low."""
    generator = fitted(rows, command(settings={"fault": "sorted"}))
    whole = generator.sample(40, 1)
    np.testing.assert_allclose(whole.mean(axis=0), generator.minority_.mean(axis=0), atol=0.5)
    np.testing.assert_array_equal(generator.sample(9, 1), whole[:9])  # the command runs again


def test_a_missing_program_is_named(rows):
    generator = fitted(rows, CommandGenerator(["no-such-program"], name="normal"))
    with pytest.raises(InputError, match="there is no program 'no-such-program'"):
        generator.sample(3, 1)


def children(folder):
    """Processes whose words name a folder, as the command's and its child's do."""
    found = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, text=True, check=False).stdout
    return found.split()


def run_in_job(folder):
    """What a job does with SIGINT, which a test runner may ignore."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    request = Request("a", ("sh", str(folder / "command.sh")), {}, np.zeros((2, 1)), np.ones(2), ("x",), 3, 1)
    with suppress(KeyboardInterrupt):
        run_command(request, folder, 5)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_a_job_ends_its_command_and_what_that_started(tmp_path, number):
    started = tmp_path / "started"
    words = f"sh -c 'touch {started}; sleep 600; : {tmp_path}' &\nwait\n"
    (tmp_path / "command.sh").write_text(words)
    job = get_context("fork").Process(target=run_in_job, args=(tmp_path,))
    job.start()
    while not started.exists():
        assert job.is_alive()
        time.sleep(0.05)
    assert len(children(tmp_path)) == 2  # the command and what it started
    os.kill(job.pid, number)
    job.join(60)
    assert job.exitcode == (0 if number == signal.SIGINT else 128 + number)
    assert not children(tmp_path)


def pool(tmp_path, rows, name="made", **columns):
    X, y = rows
    folder = tmp_path / name
    folder.mkdir(exist_ok=True)
    table = pd.DataFrame(X[y == 1], columns=list(FEATURES)).assign(**columns)
    table.iloc[:12].to_csv(folder / "a.csv", index=False)
    table.iloc[12:].to_parquet(folder / "b.parquet", index=False)
    return PoolGenerator(str(folder), name=name)


def test_a_pool_is_standardised_like_the_training_rows_and_drawn_without_replacement(rows, tmp_path):
    generator = fitted(rows, pool(tmp_path, rows))
    whole = generator.sample(20, 4)
    np.testing.assert_array_equal(generator.sample(6, 4), whole[:6])
    np.testing.assert_allclose(np.sort(whole, axis=0), np.sort(generator.minority_, axis=0))
    assert not np.array_equal(generator.sample(20, 5), whole)
    with pytest.raises(InputError, match="holds 20 rows, fewer than the 21 asked for"):
        generator.sample(21, 4)


def test_sizes_beyond_a_pool_take_all_of_it_and_say_so(rows, tmp_path):
    X, y = rows
    keep = np.flatnonzero((y == 0) | (np.arange(60) < 6))
    procedure = Procedure(
        EstimatorLearner(LogisticRegression()), pool(tmp_path, rows), Preprocessor(feature_names=FEATURES)
    )
    fits = procedure.prepare(X[keep], y[keep]).fit_sizes(procedure.learner, (0.0, 0.5, 1.0, 2.0), 0)
    assert fits.n_requested == (0, 17, 34, 68)
    assert fits.n_synthetic == (0, 17, 20, 20)
    assert [event.event for event in fits.events] == ["too_few_synthetic_rows"]
    scores = fits.scores(X)
    np.testing.assert_array_equal(scores[:, 2], scores[:, 3])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"subject_id": 7},
            "has the unknown column 'subject_id'; give it a column for each feature and drop all others",
        ),
        ({"glucose": 1.0, "site": 2}, "unknown columns 'glucose', 'site'"),
        ({"label": 0}, "'label' holds other values than 1"),
        ({"pulse": "fast"}, "'pulse' holds values that are no numbers"),
        ({"pulse": np.inf}, "infinite values"),
    ],
)
def test_a_pool_of_other_columns_is_one_sentence(rows, tmp_path, columns, message):
    with pytest.raises(InputError, match=message) as error:
        fitted(rows, pool(tmp_path, rows, **columns))
    assert "a.csv" in str(error.value)


def test_missing_indicators_of_a_pool_follow_from_its_gaps(rows, tmp_path):
    X, y = rows
    wide = np.column_stack([X, np.isnan(X[:, 1])])
    preprocessor = Preprocessor(feature_names=(*FEATURES, "lactate_missing")).fit(wide)
    generator = pool(tmp_path, rows).in_units_of(preprocessor)
    generator.fit(preprocessor.transform(wide), y)
    gaps = generator.sample(20, 0)[:, 2]
    assert np.unique(gaps, return_counts=True)[1].tolist() == [19, 1]
