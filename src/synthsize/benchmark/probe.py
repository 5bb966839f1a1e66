"""How long a fit takes here: one fit on made-up rows, timed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from synthsize.balance.learners import make_learner

PROBED_ROWS = 4000
POSITIVE_SHARE = 0.1
# Of a fit on a path, which starts from the one before: gradient passes times arithmetic, measured on one core.
PATH_SECONDS_PER_NUMBER = 1e-8


def seconds_per_fit(name: str, entry: Mapping[str, Any], rows: int, features: int) -> float | None:
    """Estimate the time of one fit of a classifier, on one core.

    A classifier without a path solver is fitted once to at most `PROBED_ROWS` rows, and its time scaled by the rows:
    too low where it grows faster than they do.

    Parameters
    ----------
    name : str
    entry : mapping
        ``class`` and ``params``, as `pipeline.named.read_classifiers` returns them.
    rows, features : int
        Of a training set.

    Returns
    -------
    float or None
        None where the classifier fails on the made-up rows; what is wrong with it is told by the cells that need it.
    """
    learner = make_learner(name, entry["class"], entry["params"])
    if learner.has_oracle:
        return PATH_SECONDS_PER_NUMBER * rows * (features + 1)
    rng = np.random.default_rng(0)
    n = min(rows, PROBED_ROWS)
    y = (np.arange(n) < max(2, round(POSITIVE_SHARE * n))).astype(np.int8)
    X = rng.normal(size=(n, features)) + 0.5 * y[:, np.newaxis]
    try:
        with threadpool_limits(limits=1):
            started = time.perf_counter()
            learner.fit(X, y, events=[]).scores(X)
            return (time.perf_counter() - started) * rows / n
    except Exception:
        return None
