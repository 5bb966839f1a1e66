"""A command as `experiment.generators` takes it: rows of a normal law, or a fault that `--params` names."""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

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
table = pd.read_parquet(given.training)
minority = table[table["label"] == 1].drop(columns="label")
stream = np.random.default_rng(given.seed)
number = given.rows - 1 if fault == "short" else given.rows
noise = stream.standard_normal((number, minority.shape[1])) * params.get("spread", 1.0)
rows = minority.mean() + noise * minority.std()
rows = pd.DataFrame(np.asarray(rows), columns=minority.columns)
if fault == "exit":
    print("reading the rows")
    sys.exit("the model is missing")
if fault == "hang":
    print("epoch 1", flush=True)
    time.sleep(600)
if fault == "nan":
    rows.iloc[0, 1] = np.nan
if fault == "text":
    rows = rows.astype(str)
if fault == "narrow":
    rows = rows.iloc[:, 1:]
if fault == "wide":
    rows = rows.assign(extra=1.0)
if fault == "majority":
    rows = rows.assign(label=0)
if fault == "garbage":
    Path(given.output).write_text("no Parquet")
elif fault != "nothing":
    rows.to_parquet(given.output)
