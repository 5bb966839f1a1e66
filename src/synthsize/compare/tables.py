"""The summary tables of a finished run, each checked against the run's manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from synthsize.compare.manifests import RunManifest
from synthsize.contracts.csv_contract import TEXT
from synthsize.contracts.summaries import SUMMARIES
from synthsize.errors import InputError

_CELL = ("task", "classifier")
_LIMITS = ("nadeau_bengio_low", "nadeau_bengio_high", "level", "n_splits")
# The columns that are read; a table of another version may have others beside them.
COLUMNS = {
    "table1": ("task", "positives", "negatives", "ratio", "admissions", "patients", "prevalence"),
    "answers": (
        *(*_CELL, "recipe", "alternative", "settled", "certainty", "metric", "rope", "level", "n_splits"),
        *("rival_open", "passed_over", "not_compared", "smallest_difference", "note"),
    ),
    "verdicts": (
        *_CELL,
        *("recipe", "alternative", "verdict", "mean_difference", "low", "high", "level", "n_splits"),
        *("probability_better", "correct_per_1000", "correct_low", "correct_high", "patients_factor"),
        "note",
    ),
    "paired": (
        *(*_CELL, "generator", "metric", "subject", "criterion", "multiplier", "reference"),
        *("mean_difference", *_LIMITS, "note"),
    ),
    "choices": (*_CELL, "generator", "criterion", "rule", "multiplier", "count", "n_splits"),
    "learning_curve": (
        *(*_CELL, "generator", "metric", "subject", "criterion", "reference", "n_minority_mean"),
        *("n_train_mean", "mean_difference", "significant", *_LIMITS),
    ),
    "missingness": ("variable", "label"),
    "own_tables": ("task", "features"),
}
OPTIONAL = ("learning_curve", "missingness", "own_tables")  # a run may be without
OF_OWN_TABLES = {"table1": "own_table1"}  # files of a run on tables of the user's own, where they differ


def read_tables(run: RunManifest) -> dict[str, pd.DataFrame]:
    """Read the tables of a run that a comparison needs, by their names in `contracts.summaries.SUMMARIES`.

    Parameters
    ----------
    run : RunManifest

    Returns
    -------
    dict of str to DataFrame
        The columns of `COLUMNS`; optional tables that the run did not make are left out.

    Raises
    ------
    InputError
        If a table is absent, was changed after the manifest was written, or lacks a column.
    """
    listed = {entry["path"]: entry["sha256"] for entry in run.content["outputs"]}
    tables = {}
    for name in COLUMNS:
        file = OF_OWN_TABLES.get(name, name) if run.has_own_tables else name
        path = f"tables/{file}.csv"
        if path in listed:
            tables[name] = _read(run, name, run.folder / path, listed[path])
        elif name not in OPTIONAL:
            raise InputError(
                f"the run in {run.folder} has no {path}: it is of another version ({run.content['program']}); make "
                "its report again with this one"
            )
    return tables


def _read(run: RunManifest, name: str, file: Path, digest: str) -> pd.DataFrame:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise InputError(
            f"{file} is not there, though the run's manifest lists it; copy the whole folder tables beside "
            "manifest.json, or make the report of that run again"
        ) from None
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}); make it readable") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise InputError(
            f"{file} is not the table that the run's manifest lists: the run is under way, or the file was changed; "
            "finish that run first"
        )
    contract = SUMMARIES[name].columns
    texts = {column: "str" for column in COLUMNS[name] if contract.get(column) == TEXT}
    try:
        table = pd.read_csv(file, dtype=texts)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError):
        raise InputError(f"{file} is no CSV table; make the report of that run again") from None
    missing = [column for column in COLUMNS[name] if column not in table]
    if missing:
        raise InputError(
            f"{file} lacks the columns {', '.join(missing)}: it is of another version ({run.content['program']}); "
            "make the report of that run again with this one"
        )
    return table[list(COLUMNS[name])]


def check_unchanged(run: RunManifest, digest: str) -> None:
    """Reject a run whose manifest changed since the comparison was planned.

    Raises
    ------
    InputError
        If its digest is another one.
    """
    if run.digest != digest:
        raise InputError(f"{run.folder} was written anew meanwhile; run the same command again")


def joined(tables: Mapping[str, Mapping[str, pd.DataFrame]], name: str) -> pd.DataFrame:
    """One table of all runs that have it, with the label of the run in a first column ``run``."""
    parts = [
        found[name].assign(run=label)[["run", *found[name].columns]]
        for label, found in tables.items()
        if name in found
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["run", *COLUMNS[name]])
