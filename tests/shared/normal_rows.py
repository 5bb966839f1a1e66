"""A command as `experiment.generators` takes it: rows of a normal law, or a fault that `--params` names."""

import argparse
import json
import sys
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--calls", help="file that receives a line per run")
for name in ("--training", "--output", "--params"):
    parser.add_argument(name, required=True)
for name in ("--rows", "--seed"):
    parser.add_argument(name, type=int, required=True)
given = parser.parse_args()
params = json.loads(given.params)
fault = params.get("fault", "")

if given.calls:
    with Path(given.calls).open("a", encoding="utf-8") as calls:
        calls.write(f"{given.rows}\n")
if fault == "exit":
    print("reading the rows")
    sys.exit("the model is missing")
if fault == "nothing":
    sys.exit()
if fault == "hang":
    print("epoch 1", flush=True)
    time.sleep(600)
if fault == "garbage":
    Path(given.output).write_text("no Parquet")
    sys.exit()

import numpy as np  # noqa: E402 (the faults above need no imports)
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

table = pq.read_table(given.training)
columns = [name for name in table.column_names if name != "label"]
minority = np.column_stack([table[name] for name in columns])[np.asarray(table["label"]) == 1]
stream = np.random.default_rng(given.seed)
number = {"short": given.rows - 1, "sorted": 10 * given.rows}.get(fault, given.rows)
noise = stream.standard_normal((number, len(columns))) * params.get("spread", 1.0)
if fault == "sorted":
    noise = noise[noise[:, 0].argsort()]
rows = dict(zip(columns, (minority.mean(axis=0) + noise * minority.std(axis=0)).T, strict=True))
if fault == "nan":
    rows[columns[1]][0] = np.nan
if fault == "narrow":
    del rows[columns[0]]
pq.write_table(pa.table(rows), given.output)
