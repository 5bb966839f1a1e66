"""How much each learner was tuned: effort that a comparison of learners reflects besides the learners themselves."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

EFFORT_COLUMNS = {
    "classifier": "as in config.yaml",
    "generator": "of the synthetic rows, or controls",
    "sizes": "multipliers that were fitted, m = 0 included where the grid holds it",
    "folds": "of one repeat of the validation that chooses the size",
    "repeats": "of that validation",
    "fits_per_split": "fits that one choice of the size rests on: sizes, times folds, times repeats",
    "n_splits": "outer splits",
}


def learner_effort(
    sweep: pd.DataFrame, controls: pd.DataFrame, validation: Mapping[str, Mapping[str, Mapping[str, int]]]
) -> pd.DataFrame:
    """Tabulate sizes, splits, folds and repeats of each learner with each generator.

    Parameters
    ----------
    sweep, controls : DataFrame
        Rows of `contracts.results.SWEEP` and `CONTROLS` from the same run.
    validation : mapping
        ``folds`` and ``repeats`` by classifier and generator; the generator ``controls`` stands for tuned weights.

    Returns
    -------
    DataFrame
        Columns `EFFORT_COLUMNS`, where each is described; tasks share the settings, and the one with most rows counts.
    """
    weights = controls[controls["control"] == "weights"].assign(generator="controls")
    columns = ["task", "classifier", "generator", "multiplier", "split"]
    fitted = pd.concat([sweep[columns], weights[columns]], ignore_index=True)
    counted = fitted.groupby(["classifier", "generator", "task"], sort=False)[
        ["multiplier", "split"]
    ].nunique()
    most = counted.groupby(["classifier", "generator"], sort=False).max().reset_index()
    rows = []
    for cell in most.to_dict("records"):
        own = validation[cell["classifier"]][cell["generator"]]
        folds, repeats, sizes = own["folds"], own["repeats"], int(cell["multiplier"])
        rows.append(
            {
                **{"classifier": cell["classifier"], "generator": cell["generator"], "sizes": sizes},
                **{"folds": folds, "repeats": repeats, "fits_per_split": sizes * folds * repeats},
                "n_splits": int(cell["split"]),
            }
        )
    return pd.DataFrame(rows, columns=list(EFFORT_COLUMNS))
