"""Rows of generators that are slow to train: trained once per training set, with the results of training each time."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from quick_generators import SMALL, installed
from small_blocks import SETTINGS, analysis_table, run

from synthsize.balance import make_generator
from synthsize.balance.events import Event
from synthsize.balance.generators.arf import AdversarialForest
from synthsize.balance.generators.model import ModelGenerator
from synthsize.benchmark import kept_generator, kept_rows
from synthsize.benchmark.fidelity import run_fidelity
from synthsize.benchmark.kept_generator import KeptGenerator, with_rows_kept
from synthsize.benchmark.kept_rows import Drawn, digest, kept_or_drawn
from synthsize.catalogue import generators as catalogue
from synthsize.errors import InputError
from synthsize.scratch import KeptRows, forget_failures, keeping_rows

COSTLY = [installed(name) for name, entry in catalogue.entries().items() if entry.cost]
FITS = replace(SETTINGS, multipliers=(0.0, 0.5, 1.0), folds=2, repeats=1)


def drawn_by(name, **params):
    return replace(FITS, generator={"params": {**SMALL[name], **params}})


@pytest.fixture
def trained(monkeypatch):
    """Rows that models were trained on, by the number of minority rows."""
    found = []
    for kind in ModelGenerator.__subclasses__():
        plain = kind._train
        monkeypatch.setattr(
            kind,
            "_train",
            lambda self, rows, stream, plain=plain: (found.append(len(rows)), plain(self, rows, stream)),
        )
    return found


@pytest.fixture
def kept(tmp_path):
    with keeping_rows(KeptRows(tmp_path / ".drawn")):
        yield tmp_path / ".drawn"


def assert_same(first, second):
    for table in ("sweep", "vtss", "events"):
        pd.testing.assert_frame_equal(getattr(first, table), getattr(second, table), check_exact=True)


def test_results_are_those_without_keeping_to_the_last_bit(kept):
    settings = drawn_by("arf")
    with keeping_rows(None):
        plain = run(splits=[0], settings=settings, generator="arf")
    for _ in range(2):  # drawn, and read
        assert_same(run(splits=[0], settings=settings, generator="arf"), plain)
    assert len(list(kept.iterdir())) == 3  # of the split's training set and two folds'


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("name", COSTLY)
def test_every_generator_that_states_a_cost_keeps_its_rows(name):
    assert isinstance(with_rows_kept(make_generator(name)), KeptGenerator)


@pytest.mark.usefixtures("kept")
def test_other_classifiers_strategies_and_jobs_train_nothing(trained):
    settings = drawn_by("arf")
    run(splits=[0], settings=settings, generator="arf")
    assert len(trained) == 3
    run(splits=[0], settings=settings, generator="arf", classifier="svm")
    mixed = replace(settings, strategy={"name": "mixed", "params": {}, "of": "arf"})
    run(splits=[0], settings=mixed, generator="arf_mixed")
    run_fidelity(analysis_table(), task="t", generator="arf", splits=[0], settings=settings)
    assert len(trained) == 3
    run(splits=[0], settings=drawn_by("arf", min_leaf=6), generator="arf")
    assert len(trained) == 6


def fitted(seed=0, **params):
    rng = np.random.default_rng(seed)
    y = np.repeat(np.array([1, 0], dtype=np.int8), [30, 50])
    X = rng.normal(size=(80, 2)) @ [[1.0, 1.0], [0.0, 0.1]]
    return with_rows_kept(AdversarialForest(**{**SMALL["arf"], **params})).fit(X, y)


def test_a_larger_draw_takes_the_place_of_a_smaller_one(kept, trained):
    small = fitted().sample(5, 1)
    np.testing.assert_array_equal(fitted().sample(40, 1)[:5], small)  # twice the gap
    assert len(trained) == 1
    large = fitted().sample(600, 1)
    assert len(trained) == 2
    np.testing.assert_array_equal(large[:5], small)
    np.testing.assert_array_equal(fitted().sample(600, 1), large)
    assert len(trained) == 2
    assert [file.suffix for file in kept.iterdir()] == [".npz"]


def test_rows_go_by_data_seed_parameters_code_and_versions(kept, trained, monkeypatch, tmp_path):
    first = fitted()
    assert isinstance(first, KeptGenerator)
    first.sample(5, 1)
    for number, again in enumerate([fitted(seed=1), fitted(random_state=1), fitted()], start=2):
        again.sample(5, 2 if number == 4 else 1)
        assert len(trained) == number
    own = kept_generator.module_files
    code = tmp_path / "more.py"
    code.write_text("1")
    monkeypatch.setattr(kept_generator, "module_files", lambda name: [*own(name), code])
    monkeypatch.setattr(kept_generator, "version", lambda _: "0")
    fitted().sample(5, 1)
    assert len(trained) == 5
    edited = fitted()
    code.write_text("2")
    edited.sample(5, 1)  # while it was at work: what it draws belongs to neither
    edited.sample(5, 1)
    fitted().sample(5, 1)
    assert len(list(kept.iterdir())) == 6


@pytest.mark.usefixtures("kept")
def test_degenerate_cases_are_kept_with_the_rows():
    found = []
    for _ in range(2):
        generator = fitted(max_rounds=1, trees=10)
        generator.sample(5, 1)
        found.append(generator.events_)
    assert found[0] == found[1]
    assert [event.event for event in found[0]] == ["not_converged"]


def test_quick_generators_and_those_outside_a_job_keep_nothing(kept):
    run(splits=[0], settings=FITS)
    assert not kept.exists()
    with keeping_rows(None):
        assert isinstance(fitted(), AdversarialForest)


def rows_of(number):
    return Drawn(np.full((10, 2), float(number)), (Event("a", str(number)),))


def test_what_is_damaged_is_drawn_anew(kept):
    kept_or_drawn("key", 10, lambda _: rows_of(1))
    (file,) = kept.iterdir()
    file.write_bytes(file.read_bytes()[:300])
    assert kept_or_drawn("key", 10, lambda _: rows_of(2)).rows[0, 0] == 2


def test_rows_not_read_for_the_longest_time_make_room(tmp_path, caplog):
    caplog.set_level("INFO", logger="synthsize.benchmark")
    size = []
    for most in (float("inf"), 2.5):
        with keeping_rows(KeptRows(tmp_path / str(most), most * size[0] if size else most)):
            for key in "ab":
                kept_or_drawn(key, 1, lambda _: rows_of(1))
                time.sleep(0.01)
            kept_or_drawn("a", 1, lambda _: rows_of(1))
            kept_or_drawn("c", 1, lambda _: rows_of(1))
        left = sorted(file.stem for file in (tmp_path / str(most)).iterdir())
        size = [next((tmp_path / str(most)).iterdir()).stat().st_size]
        assert left == (["a", "b", "c"] if most == float("inf") else ["a", "c"])
        removals = [text for text in caplog.messages if "output.kept_rows_gb" in text]
        assert [" 1 files removed" in text for text in removals] == ([] if most == float("inf") else [True])


def test_jobs_at_the_same_time_draw_once(kept):
    where, drawn, found = KeptRows(kept), [], []

    def job():
        def draw(_):
            drawn.append(1)
            time.sleep(0.1)
            return rows_of(1)

        with keeping_rows(where):
            found.append(kept_or_drawn("key", 10, draw))

    threads = [threading.Thread(target=job) for _ in range(4)]  # a lock is an open file's, not a process's
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(drawn), len(found)) == (1, 4)
    assert [file.name for file in kept.iterdir()] == ["key.npz"]


def test_without_locks_draws_of_the_same_rows_leave_each_other_alone(kept, monkeypatch):
    monkeypatch.setattr(kept_rows, "_lock", lambda _: False)
    together, found = threading.Barrier(2, timeout=10), []

    def draw(scratch):
        (scratch / "training").touch()
        together.wait()
        assert (scratch / "training").exists()
        together.wait()
        return rows_of(1)

    def job():
        with keeping_rows(KeptRows(kept)):
            found.append(kept_or_drawn("key", 10, draw).rows[0, 0])

    threads = [threading.Thread(target=job) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1, 1]
    assert [file.name for file in kept.iterdir()] == ["key.npz"]


def test_a_failure_holds_for_the_run_and_no_longer(tmp_path):
    tries = []

    def fails(scratch):
        tries.append(1)
        (scratch / kept_rows.LOG).write_text("epoch 1\nout of luck\n")
        raise InputError("it failed")

    def said(key, cell):
        with keeping_rows(KeptRows(tmp_path, cell=cell)), pytest.raises(InputError) as error:
            kept_or_drawn(key, 10, fails)
        return str(error.value)

    first = said("key", "run_block a")
    assert first.startswith("it failed (all that it wrote: ")
    assert Path(first.partition("wrote: ")[2].rstrip(")")).read_text().endswith("out of luck\n")
    assert said("key", "run_block b") == first  # the same rows
    assert said("other", "run_block a") == first  # the same cell
    assert len(tries) == 1
    said("other", "run_block b")
    assert len(tries) == 2
    left = tmp_path / ".key.npz.a1b2c3.scratch"
    left.mkdir()
    forget_failures(tmp_path)
    said("key", "run_block a")
    assert len(tries) == 3
    assert not left.exists()


def test_digests_distinguish_shapes_and_types():
    array = np.arange(6.0)
    assert (
        len({digest(array), digest(array.reshape(2, 3)), digest(array.astype(np.float32)), digest("")}) == 4
    )
