"""The rows of the comparison: each run's own estimates side by side; nothing is pooled or tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from synthsize.compare.manifests import RunManifest, shared_tasks
from synthsize.compare.tables import joined
from synthsize.contracts.csv_contract import COUNT, FLAG, NUMBER, TEXT, Summary
from synthsize.recipes import BALANCED, CLASS_WEIGHT, NONE, PLAIN_CONTROLS, PRIOR_SHIFT
from synthsize.report.rows import select
from synthsize.report.tables.added_rows import added_rows

REFERENCES = (NONE, PRIOR_SHIFT, CLASS_WEIGHT)  # then m = 1 of each generator
BALANCE = "m=1"
RISKS = ("excess_risk", "balanced_risk")
ITSELF = "the recommended recipe itself"
NOT_COMPARED = "not compared in this run"
_CELL = {"run": TEXT, "task": TEXT, "classifier": TEXT}
_LIMITS = {"low": NUMBER, "high": NUMBER, "level": NUMBER, "n_splits": COUNT}
# What a control is called as the reference of a fixed size.
AS_REFERENCE = {NONE: "m=0", **{name: name for name in PLAIN_CONTROLS if name != NONE}}

CONTRACTS = {
    table.name: table
    for table in (
        Summary(
            "cohorts",
            {
                **{"run": TEXT, "task": TEXT, "unit": TEXT, "positives": COUNT, "negatives": COUNT},
                **{"ratio": NUMBER, "admissions": COUNT, "patients": COUNT, "prevalence": NUMBER},
            },
        ),
        Summary(
            "recommended",
            {
                **_CELL,
                **{"recipe": TEXT, "alternative": TEXT, "settled": FLAG, "certainty": NUMBER, "metric": TEXT},
                **{"rope": NUMBER, "level": NUMBER, "n_splits": COUNT, "smallest_difference": NUMBER},
                "outcome": TEXT,
                **{"sure": NUMBER, "note": TEXT},
            },
        ),
        Summary(
            "gains",
            {
                **_CELL,
                **{"recipe": TEXT, "reference": TEXT, "generator": TEXT, "metric": TEXT, "gain": NUMBER},
                **_LIMITS,
                "note": TEXT,
            },
        ),
        Summary(
            "sizes",
            {
                **_CELL,
                **{"generator": TEXT, "criterion": TEXT, "median": NUMBER, "quartile_1": NUMBER},
                **{"quartile_3": NUMBER, "edge_share": NUMBER, "n_splits": COUNT},
            },
        ),
        Summary(
            "learning_curves",
            {
                **_CELL,
                **{"generator": TEXT, "metric": TEXT, "criterion": TEXT, "reference": TEXT},
                **{"n_minority_mean": NUMBER, "n_train_mean": NUMBER, "mean_difference": NUMBER},
                "significant": FLAG,
                **_LIMITS,
            },
        ),
        Summary("differing_settings", {"setting": TEXT, "key": TEXT, "run": TEXT, "value": TEXT}),
        Summary("tasks", {"task": TEXT, "run": TEXT, "shared": FLAG, "note": TEXT}),
    )
}

Tables = Mapping[str, Mapping[str, pd.DataFrame]]  # by label of the run and name of the table


def task_rows(runs: Sequence[RunManifest]) -> pd.DataFrame:
    """Tabulate for each task which runs have it, which do not, and which parts of it failed.

    Returns
    -------
    DataFrame
        Columns task, run, shared (whether the run is compared in this task) and note.
    """
    shared = shared_tasks(runs)
    rows = []
    for task in dict.fromkeys(name for run in runs for name in run.config["tasks"]):
        for run in runs:
            parts = {part: why for part, why in run.left_out.items() if part.split("/")[0] == task}
            note = "; ".join(f"{part} failed ({why})" for part, why in parts.items())
            if task not in run.config["tasks"]:
                note = "not a task of this run"
            elif task in run.tasks and task not in shared:
                note = "; ".join(filter(None, ["in no other run", note]))
            rows.append(
                {"task": task, "run": run.label, "shared": task in run.tasks and task in shared, "note": note}
            )
    return pd.DataFrame(rows, columns=list(CONTRACTS["tasks"].columns))


def cohort_rows(runs: Sequence[RunManifest], tables: Tables) -> pd.DataFrame:
    """Class sizes of each task in each run; ``unit`` says what a row of its analysis table is."""
    units = {run.label: "row" if run.has_own_tables else "admission" for run in runs}
    found = joined(tables, "table1")
    found["unit"] = found["run"].map(units)
    return found[list(CONTRACTS["cohorts"].columns)]


def recommended_rows(tables: Tables) -> pd.DataFrame:
    """Return the verdict of each run: its recommended recipe, whether rows help, and how sure both are."""
    added = pd.concat(
        [added_rows(found["answers"], found["verdicts"]).assign(run=label) for label, found in tables.items()]
    )
    keys = list(_CELL)
    rows = joined(tables, "answers").merge(added[[*keys, "outcome", "sure"]], on=keys, how="left")
    return rows[list(CONTRACTS["recommended"].columns)].astype({"sure": float})


def size_rows(tables: Tables) -> pd.DataFrame:
    """Median and quartiles of the sizes that validation chose over the splits, by the first criterion of a run.

    Returns
    -------
    DataFrame
        One row per run, task, classifier and generator; NaN where no split has a choice.
    """
    found = joined(tables, "choices")
    found = found[found["rule"] == "argmin"]
    keys = ["run", "task", "classifier", "generator"]
    rows = []
    for cell, of_cell in found.groupby(keys, sort=False):
        criterion = first_criterion(of_cell["criterion"])
        counted = of_cell[of_cell["criterion"] == criterion].sort_values("multiplier")
        chosen = np.repeat(counted["multiplier"].to_numpy(float), counted["count"].to_numpy(int))
        grid = counted["multiplier"].to_numpy(float)
        edges = [edge for edge in (grid[0], grid[-1]) if edge != 0]  # below none there is no size
        quartiles = np.quantile(chosen, [0.5, 0.25, 0.75]) if len(chosen) else [np.nan] * 3
        rows.append(
            {
                **dict(zip(keys, cell, strict=True)),
                "criterion": criterion,
                **dict(zip(("median", "quartile_1", "quartile_3"), quartiles, strict=True)),
                "edge_share": np.isin(chosen, edges).mean() if len(chosen) else np.nan,
                "n_splits": counted["n_splits"].iloc[0],
            }
        )
    return pd.DataFrame(rows, columns=list(CONTRACTS["sizes"].columns))


def first_criterion(run: pd.Series) -> str:
    """Name the criterion whose choices are judged: balanced loss, or the first that was run."""
    known = sorted(set(run.dropna()), key=lambda name: (name != "balanced_loss", name))
    return known[0] if known else ""


def gain_rows(tables: Tables) -> pd.DataFrame:
    """Tabulate the gain of each run's recommended recipe over each reference, in the unit of its risk.

    A gain is the risk of the reference minus that of the recipe, within a split: above zero the recipe is better. It is
    the run's own estimate with its own Nadeau-Bengio interval, read from its verdicts, or for m = 1 of a generator from
    its paired differences.

    Returns
    -------
    DataFrame
        One row per run, task, classifier and reference: none, prior_shift, class_weight, or ``m=1`` with its generator.
        ``note`` says why a gain is missing.
    """
    rows = [
        {"run": label, **row}
        for label, found in tables.items()
        for answer in found["answers"].dropna(subset=["recipe"]).to_dict("records")
        for row in _gains(
            {str(key): value for key, value in answer.items()},
            _of(found["verdicts"], answer),
            _of(found["paired"], answer),
        )
    ]
    return pd.DataFrame(rows, columns=list(CONTRACTS["gains"].columns)).astype({"n_splits": "Int64"})


def _of(table: pd.DataFrame, answer: Mapping[Any, Any]) -> pd.DataFrame:
    return select(table, {name: answer[name] for name in ("task", "classifier")})


def _gains(
    answer: Mapping[str, Any], verdicts: pd.DataFrame, paired: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    shared = {key: answer[key] for key in ("task", "classifier", "recipe", "metric")}
    for reference in REFERENCES:
        yield {
            **shared,
            "reference": reference,
            "generator": "",
            **_over_control(answer["recipe"], reference, verdicts),
        }
    paired = paired[(paired["metric"] == answer["metric"])]
    for generator, rows in paired.groupby("generator", sort=False):
        gain = _over_balance(answer["recipe"], str(generator), rows)
        yield {**shared, "reference": BALANCE, "generator": str(generator), **gain}


def _over_control(recipe: str, control: str, verdicts: pd.DataFrame) -> dict[str, Any]:
    """Gain over a control: the difference of a verdict, turned so that it is positive where the recipe is better."""
    if recipe == control:
        return {"note": ITSELF}
    for subject, reference, sign in ((recipe, control, -1.0), (control, recipe, 1.0)):
        rows = verdicts[(verdicts["recipe"] == subject) & (verdicts["alternative"] == reference)]
        if len(rows):
            return _turned(rows.iloc[0], sign, ("low", "high"))
    return {"note": NOT_COMPARED}


def _over_balance(recipe: str, generator: str, paired: pd.DataFrame) -> dict[str, Any]:
    """Gain over the generator's rows at m = 1, of that generator at its validated size or of a control."""
    ends = ("nadeau_bengio_low", "nadeau_bengio_high")
    if recipe == generator:
        chosen = paired[(paired["subject"] == "vtss") & (paired["reference"] == BALANCE)]
        rows, sign = chosen[chosen["criterion"] == first_criterion(chosen["criterion"])], -1.0
    else:
        balanced = paired[(paired["subject"] == "fixed") & (paired["multiplier"] == BALANCED)]
        rows, sign = balanced[balanced["reference"] == AS_REFERENCE.get(recipe, "")], 1.0
    return _turned(rows.iloc[0], sign, ends) if len(rows) else {"note": NOT_COMPARED}


def _turned(row: pd.Series, sign: float, ends: tuple[str, str]) -> dict[str, Any]:
    limits = sorted(sign * row[end] for end in ends) if row[list(ends)].notna().all() else [np.nan, np.nan]
    return {
        "gain": sign * row["mean_difference"],
        **dict(zip(("low", "high"), limits, strict=True)),
        **{"level": row["level"], "n_splits": row["n_splits"]},
        "note": row["note"] if isinstance(row["note"], str) else "",
    }


def learning_rows(tables: Tables) -> pd.DataFrame:
    """Learning curves of the runs that have them: each generator at its validated size minus a reference."""
    found = joined(tables, "learning_curve")
    found = found[
        (found["subject"] == "vtss") & found["mean_difference"].notna() & found["metric"].isin(RISKS)
    ]
    first = found.groupby("run")["criterion"].transform(first_criterion) if len(found) else found["criterion"]
    ends = {"nadeau_bengio_low": "low", "nadeau_bengio_high": "high"}
    return found[found["criterion"] == first].rename(columns=ends)[list(CONTRACTS["learning_curves"].columns)]
