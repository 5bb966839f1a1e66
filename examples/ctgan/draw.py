"""Draw synthetic minority rows from CTGAN or TVAE: a command as `experiment.generators` takes it.

Runs in an environment of its own (requirements.txt), which has no synthsize.

References
----------
Xu et al. (2019), Modeling Tabular data using Conditional GAN, NeurIPS 32.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

LABEL = "label"
DEFAULTS = {
    "model": "ctgan",  # or tvae
    "epochs": 375,
    "batch_size": 100,  # of ctgan: a multiple of 10, the rows that its discriminator sees together
    "categories": 2,  # a feature with at most so many values is discrete
}


def main() -> None:
    """Read what was given, fit, write the rows."""
    given = parse(sys.argv[1:])
    params = {**DEFAULTS, **json.loads(given.params)}
    unknown = sorted(set(params) - set(DEFAULTS))
    if unknown or params["model"] not in ("ctgan", "tvae"):
        sys.exit(
            f"params: unknown {unknown[0] if unknown else params['model']!r}; known are {', '.join(DEFAULTS)}"
        )
    table = pd.read_parquet(given.training)
    minority = table[table[LABEL] == 1].drop(columns=LABEL)
    rows = draw(minority, params, given.rows, given.seed)
    rows[minority.columns].astype(float).to_parquet(given.output, index=False)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the arguments that synthsize adds to the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--training", type=Path, required=True, help="Parquet file of training rows")
    parser.add_argument("--rows", type=int, required=True, help="minority rows to draw")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True, help="Parquet file to write")
    parser.add_argument("--params", default="{}", help="JSON")
    return parser.parse_args(arguments)


def draw(minority: pd.DataFrame, params: dict[str, Any], rows: int, seed: int) -> pd.DataFrame:
    """Fit the model to the minority rows alone and sample from it."""
    import torch
    from ctgan import CTGAN, TVAE

    np.random.seed(seed)  # noqa: NPY002 (the mixtures that the columns are coded by draw from it)
    torch.manual_seed(seed)
    discrete = [name for name in minority if minority[name].nunique() <= params["categories"]]
    kind = CTGAN if params["model"] == "ctgan" else TVAE
    model = kind(epochs=params["epochs"], batch_size=params["batch_size"])
    model.set_random_state(seed)
    print(f"{params['model']}: {len(minority)} rows, {params['epochs']} epochs", flush=True)
    model.fit(minority, discrete)
    return model.sample(rows)


if __name__ == "__main__":
    main()
