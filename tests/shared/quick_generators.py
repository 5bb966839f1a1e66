"""Generators of the catalogue at sizes that a test can afford."""

from importlib.util import find_spec

import pytest

from synthsize.balance import GENERATORS, make_generator
from synthsize.catalogue import generators

ENTRIES = generators.entries()
LIGHT = [name for name in GENERATORS if not ENTRIES[name].cost]  # those that no test need avoid
SMALL = {
    "arf": {"trees": 3, "max_rounds": 2},
    "forest_diffusion": {"levels": 2, "duplicates": 1, "trees": 2},
    # Of one shape in all tests with five features, so that it is compiled once.
    "transformer": {"epochs": 1, "bins": 12, "layers": 1, "width": 16},
}


def installed(name):
    """The name, skipped where a package that it needs is not installed."""
    missing = [package for package in ENTRIES[name].needs if find_spec(package) is None]
    reason = f"{name} needs {' and '.join(missing)} of the extra 'generators'"
    marks = [pytest.mark.skipif(bool(missing), reason=reason)]
    if ENTRIES[name].needs:
        marks.append(pytest.mark.xdist_group("jax"))  # one process compiles
    return pytest.param(name, marks=marks)


def quick(name, **params):
    """A generator of little training."""
    return make_generator(name, **{**SMALL.get(name, {}), **params})
