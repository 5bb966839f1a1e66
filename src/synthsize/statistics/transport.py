"""Trained on some strata and tested on another, beside the random splits: levels and differences, with intervals.

Within a stratum each split trains on a share 1 - f of the patients elsewhere and tests on a share f of the stratum's.
Two test sets then overlap as those of random splits do, so the Nadeau-Bengio interval takes f / (1 - f) for
n_test / n_train; the row counts themselves are of two different pools. Over all strata every stratum is one
observation, its mean; the strata are held out in turn, as folds are, and n_test / n_train is that of as many folds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.statistics.intervals import Array, named_intervals
from synthsize.statistics.paired_levels import shortcomings
from synthsize.statistics.raw_fits import fixed_sizes

METRICS = (
    *("excess_risk", "balanced_risk", "balanced_accuracy", "auroc"),
    *("calibration_intercept", "calibration_slope"),
)
CONTROLS = ("prior_shift", "class_weight", "weights_vtss")
COMPARED = ("m=1", "vtss")  # with every other reference
REFERENCES = ("m=0", *CONTROLS)
RANDOM, STRATUM, STRATA, NOWHERE = "random", "stratum", "strata", "none"
FEWEST_FOR_MEAN = 3  # two strata do not generalise to a third
NOT_RUN = "no stratum can be held out; transport_strata.csv says why"
KEYS = ["generator", "metric", "subject", "criterion", "reference"]

TRANSPORT_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "generator": "of the synthetic rows; empty for the level of a control",
    "place": "random: the run's own splits; stratum: tested on that stratum, trained on all others; strata: mean over "
    "three strata or more, each counting once; none: nothing could be held out",
    "stratum": "tested on; empty unless place is stratum",
    "metric": "excess_risk, balanced_risk (nats or hinge loss, lower is better), balanced_accuracy, auroc, "
    "calibration_intercept, calibration_slope, or multiplier (the one that VTSS chose)",
    "subject": "m=0, m=1, vtss (the multiplier that validation chose on the training rows), prior_shift, class_weight "
    "or weights_vtss",
    "criterion": "what VTSS optimised; empty for others",
    "reference": "empty: the subject's level; else the level of m=0 (same generator), prior_shift, class_weight or "
    "weights_vtss on the same split is subtracted",
    "mean": "over the splits, or over the strata where place is strata",
    "normal_low": "lower end of the normal interval (over splits: Monte Carlo error alone)",
    "normal_high": "its upper end",
    "nadeau_bengio_low": "lower end of the Nadeau-Bengio interval: new patients of that stratum, or where place is "
    "strata another stratum of the same kind",
    "nadeau_bengio_high": "its upper end",
    "level": "nominal coverage of both intervals",
    "n_splits": "splits behind the mean; strata where place is strata",
    "note": "what is missing and why; empty if nothing is",
}

STRATA_COLUMNS = {
    "task": "as in config.yaml",
    "stratum": "as the source names it",
    "splits": "splits that test on it; 0 where it is trained on alone",
    "whole": "each stratum is held out once, with all patients on either side; else shares of both are drawn anew",
    "note": "why it is not tested on; empty if it is",
}


@dataclass(frozen=True)
class Results:
    """Rows of `contracts.results.SWEEP`, `VTSS` and `CONTROLS` of the same splits."""

    sweep: pd.DataFrame
    vtss: pd.DataFrame
    controls: pd.DataFrame


@dataclass(frozen=True)
class _Place:
    """Where a model is tested: one value of each quantity per observation, and the sizes for Nadeau and Bengio."""

    kind: str
    stratum: str
    quantities: pd.DataFrame
    n_train: float
    n_test: float


def transport_table(
    random: Results, moved: Results, held_out: pd.DataFrame, *, test_size: float, alpha: float = 0.05
) -> pd.DataFrame:
    """Set what fits reach on a stratum that they were not trained on beside the random splits.

    Parameters
    ----------
    random, moved : Results
        Of the run's own splits, and of those that hold out a stratum.
    held_out : DataFrame
        Rows of `contracts.transport.HELD_OUT`.
    test_size : float
        Share of the patients in a test set.
    alpha : float
        1 - level of the intervals.

    Returns
    -------
    DataFrame
        Columns `TRANSPORT_COLUMNS`, where each is described. A mean over splits of which one lacks a value is NaN, with
        a note.
    """
    blocks = [
        _block({"task": str(task), "classifier": str(classifier)}, place, alpha)
        for (task, classifier), sweep in random.sweep.groupby(["task", "classifier"], sort=True)
        for place in _places(
            _quantities(random, str(task), str(classifier)),
            _quantities(moved, str(task), str(classifier)),
            held_out[held_out["task"] == task],
            (sweep["n_train"].mean(), sweep["n_test"].mean()),
            test_size,
        )
    ]
    table = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=list(TRANSPORT_COLUMNS))
    return table[list(TRANSPORT_COLUMNS)]


def describe_strata(held_out: pd.DataFrame) -> pd.DataFrame:
    """Tabulate how many splits test on each stratum, or why none does, in `STRATA_COLUMNS`: no counts of people."""
    tested = held_out.assign(splits=held_out["split"] >= 0)
    by_stratum = tested.groupby(["task", "stratum"], sort=True)
    rows = by_stratum.agg(splits=("splits", "sum"), whole=("whole", "first"), note=("note", "first"))
    return rows.reset_index()[list(STRATA_COLUMNS)]


def _quantities(results: Results, task: str, classifier: str) -> pd.DataFrame:
    """Lay out levels and differences of one classifier: splits down, `KEYS` across; NaN where a cell has no split."""
    cell = {"task": task, "classifier": classifier}
    sweep, vtss, controls = (
        rows[(rows["task"] == task) & (rows["classifier"] == classifier)]
        for rows in (results.sweep, results.vtss, results.controls)
    )
    if sweep.empty:
        return pd.DataFrame(columns=pd.MultiIndex.from_tuples([], names=KEYS))
    fixed = fixed_sizes(sweep, controls).assign(criterion="")
    beside = controls[controls["control"].isin(CONTROLS)].assign(
        generator="", subject=lambda rows: rows["control"], criterion=""
    )
    parts = [
        (fixed, METRICS),
        (vtss.assign(subject="vtss"), (*METRICS, "multiplier")),
        (beside, METRICS),
    ]
    keys = [*cell, "generator", "subject", "criterion", "split"]
    long = pd.concat([rows.melt(keys, list(metrics), var_name="metric") for rows, metrics in parts])
    levels = long.pivot(index="split", columns=KEYS[:-1], values="value")  # noqa: PD010 (refuses doubled rows)
    levels = levels.dropna(axis=1, how="all")
    known = dict(zip(levels.columns, levels.to_numpy(dtype=float).T, strict=True))
    found = {(*key, ""): values for key, values in known.items()} | dict(_differences(known))
    columns = pd.MultiIndex.from_tuples(list(found), names=KEYS)
    return pd.DataFrame(np.column_stack(list(found.values())), index=levels.index, columns=columns)


def _differences(levels: dict[Any, Array]) -> Iterator[tuple[tuple[str, ...], Array]]:
    for key, values in levels.items():
        generator, metric, subject, _ = key
        for reference in REFERENCES if subject in COMPARED else ():
            other = (generator if reference == "m=0" else "", metric, reference, "")
            if other in levels:
                yield (*key, reference), values - levels[other]


def _places(
    random: pd.DataFrame,
    moved: pd.DataFrame,
    held_out: pd.DataFrame,
    sizes: tuple[float, float],
    test_size: float,
) -> Iterator[_Place]:
    yield _Place(RANDOM, "", random, *sizes)
    strata = held_out[held_out["split"] >= 0].set_index("split")["stratum"].reindex(moved.index)
    if moved.empty:
        nothing = pd.DataFrame(
            [[float("nan")]], columns=pd.MultiIndex.from_tuples([("",) * len(KEYS)], names=KEYS)
        )
        yield _Place(NOWHERE, "", nothing, *sizes)
        return
    for stratum, values in moved.groupby(strata, sort=True):
        yield _Place(STRATUM, str(stratum), values, 1 - test_size, test_size)
    means = _means_of(moved, strata)
    if len(means) >= FEWEST_FOR_MEAN:
        yield _Place(STRATA, "", means, len(means) - 1, 1)


def _means_of(moved: pd.DataFrame, strata: pd.Series[str]) -> pd.DataFrame:
    """Mean of each stratum over the splits that a cell has; NaN if one of those lacks the value."""
    lost = (moved.isna() & _in_cell(moved)).groupby(strata).any()
    return moved.groupby(strata).mean().mask(lost)


def _in_cell(values: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which splits each column's cell was run on: those in which any quantity of its generator has a value."""
    generators = values.columns.get_level_values("generator").to_numpy(dtype=str)
    known, present = values.notna().to_numpy(), np.zeros(values.shape, dtype=bool)
    for generator in np.unique(generators):
        own = generators == generator
        present |= known[:, own].any(axis=1, keepdims=True) & own
    return present


def _block(cell: dict[str, str], place: _Place, alpha: float) -> pd.DataFrame:
    """Rows of one place."""
    found = place.quantities
    where = {**cell, "place": place.kind, "stratum": place.stratum}
    columns = zip(found.columns, found.to_numpy(dtype=float).T, _in_cell(found).T, strict=True)
    rows = [{**where, **_row(key, values[own, np.newaxis], place, alpha)} for key, values, own in columns]
    return pd.DataFrame(rows, columns=list(TRANSPORT_COLUMNS))


def _row(key: Sequence[str], values: Any, place: _Place, alpha: float) -> dict[str, Any]:
    named = dict(zip(KEYS, key, strict=True))
    if not len(values):
        why = {"n_splits": 0, "note": NOT_RUN if place.kind == NOWHERE else "no split of this cell"}
        return {**named, "level": 1 - alpha, **why}
    metric = named["metric"] if named["reference"] == "" else ""
    ends = named_intervals(values, place.n_train, place.n_test, metric, 1 - alpha)
    limits = {
        f"{interval}_{end}": float(bound[0])
        for interval, bounds in ends.items()
        for end, bound in zip(("low", "high"), bounds, strict=True)
    }
    note = shortcomings(values)[0]
    return {
        **named,
        "mean": float(values.mean()),
        **limits,
        "level": 1 - alpha,
        "n_splits": len(values),
        "note": note,
    }
