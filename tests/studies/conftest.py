"""Small runs of studies, shared by the tests."""

from functools import cache

import pytest

from synthsize.studies.engine.blocks import run_block
from synthsize.studies.engine.entry import read_entry, settings_of
from synthsize.studies.engine.summary import summarise

SEED = 20260121


@cache
def _run(study, size, overrides):
    settings = settings_of(read_entry(study), size, {key: _thaw(value) for key, value in overrides})
    rows = run_block(study, range(settings["replicates"]), settings, SEED)
    return summarise(study, rows, settings), settings


def _freeze(value):
    return tuple(map(_freeze, value)) if isinstance(value, list) else value


def _thaw(value):
    return list(map(_thaw, value)) if isinstance(value, tuple) else value


@pytest.fixture(scope="session")
def run():
    """Table and settings of a study; the same run is made once."""

    def call(study, size="paper", **overrides):
        return _run(study, size, tuple(sorted((key, _freeze(value)) for key, value in overrides.items())))

    return call
