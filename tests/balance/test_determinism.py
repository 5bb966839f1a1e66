"""The same seed gives the same bits in another process, with other hashes of names and another number of threads."""

import json
import os
import subprocess
import sys

import pytest

from synthsize.catalogue import generators, learners

# What differs, named: nothing that promises equal bits may rest on it.
NOT_BIT_IDENTICAL = {}

KINDS = [("learner", name) for name in learners.entries()] + [
    ("generator", name) for name in generators.entries()
]
CODE = """
import hashlib, json, os, sys, warnings
threads = int(sys.argv[1])
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
warnings.simplefilter("ignore")
import numpy as np
from quick_generators import ENTRIES, quick
from synthsize.balance import make_generator, make_learner
from synthsize.balance.procedure import Procedure
from synthsize.catalogue import learners
from synthsize.catalogue.extras import check_installed
from synthsize.errors import InputError

FEW = {"random_forest": {"n_estimators": 5}, "mlp": {"hidden": [4], "max_iter": 5}, "boosting": {"max_iter": 3}}
rng = np.random.default_rng(0)
y = (np.arange(400) < 80).astype(np.int8)
X = rng.normal(size=(400, 5)) + y[:, np.newaxis]

def bits(found):
    return hashlib.sha256(np.ascontiguousarray(found).tobytes()).hexdigest()

def of_learner(name):
    learner = make_learner(name, params=FEW.get(name))
    training = Procedure(learner, make_generator("smote")).prepare(X, y)
    return training.fit_sizes(learner, (0.0, 1.0), 3).scores(X)

found = {f"learner {name}": bits(of_learner(name)) for name in learners.entries()}
for name, entry in ENTRIES.items():
    try:
        check_installed(name, entry.needs)
    except InputError:
        continue
    found[f"generator {name}"] = bits(quick(name).fit(X, y).sample(300, 3))
print(json.dumps(found))
"""


def digests(threads):
    """Digest of what each learner and generator gives in a process of its own."""
    numbers = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    paths = os.pathsep.join(sys.path)
    environment = {**os.environ, **numbers, "PYTHONHASHSEED": str(threads), "PYTHONPATH": paths}
    environment["OMP_WAIT_POLICY"] = "PASSIVE"  # threads that wait use no time
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(threads)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def two_processes():
    return digests(1), digests(2)


@pytest.mark.xdist_group("two_processes")
@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_bits_do_not_depend_on_the_process(kind, name, two_processes):
    first, second = (found.get(f"{kind} {name}") for found in two_processes)
    if first is None:
        pytest.skip(f"{name} needs the extra 'generators'")
    assert (first == second) == (name not in NOT_BIT_IDENTICAL)
