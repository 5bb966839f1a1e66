"""Time and memory of every generator beside SMOTE.

    python performance/generators.py --rows 1000 5000 --features 50

fits each generator to minority rows with skewed and correlated features, draws five times as many, and prints the
seconds of the fit and of the draw, their sum divided by SMOTE's, and the peak memory that both add to that of the
imported library. Each generator runs in a process of its own, on one core. Beside a minority of n rows stand 4 n
majority rows, which the neighbours of SMOTE and its relatives are sought among.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
DRAWN = 5  # synthetic rows per minority row
MAJORITY = 4  # majority rows per minority row


def measure(name: str, rows: int, features: int, params: dict[str, Any]) -> dict[str, float]:
    """Fit and draw in this process; seconds of its CPU, megabytes."""
    import numpy as np

    from synthsize.balance.generators import make_generator

    rng = np.random.default_rng(0)
    X = rng.standard_normal(((1 + MAJORITY) * rows, features)) @ rng.normal(
        scale=features**-0.5, size=(features,) * 2
    )
    X[:, ::2] = np.exp(X[:, ::2])
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    y = np.repeat([1, 0], [rows, MAJORITY * rows])
    generator, before = make_generator(name, **params), peak_megabytes()
    start = time.process_time()
    generator.fit(X, y)
    fitted = time.process_time()
    generator.sample(DRAWN * rows, 1)
    return {
        "fit": fitted - start,
        "draw": time.process_time() - fitted,
        "memory": peak_megabytes() - before,
        "events": [event.event for event in generator.events_],
    }


def peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def in_own_process(*args: str) -> dict[str, Any]:
    """Measure in a fresh process with one thread, or say in one line why it failed."""
    command = [sys.executable, __file__, "--only", *args]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **dict.fromkeys(THREADS, "1")}
    )
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1]}
    return dict(json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 5000], help="minority rows")
    parser.add_argument("--features", type=int, default=50)
    parser.add_argument("--generators", nargs="+", help="default: all")
    parser.add_argument("--params", default="{}", help="JSON: parameters by generator")
    parser.add_argument("--only", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        name, rows, features, params = given.only
        print(json.dumps(measure(name, int(rows), int(features), json.loads(params))))
        return
    from synthsize.catalogue import generators

    params = json.loads(given.params)
    names = given.generators or list(generators.entries())
    print("| minority rows | generator | fit, s | draw, s | ratio to SMOTE | memory, MB | events |")
    print("|---|---|---|---|---|---|---|")
    for rows in given.rows:
        unit = 0.0
        for name in ["smote", *(name for name in names if name != "smote")]:
            found = in_own_process(name, str(rows), str(given.features), json.dumps(params.get(name, {})))
            if "failed" in found:
                print(f"| {rows} | {name} | {found['failed']} |")
                continue
            total = found["fit"] + found["draw"]
            unit = total if name == "smote" else unit
            ratio = total / unit if unit else float("nan")
            events = ", ".join(found["events"])
            print(
                f"| {rows} | `{name}` | {found['fit']:.2f} | {found['draw']:.2f} | {ratio:.3g} | {found['memory']:.0f} "
                f"| {events} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
