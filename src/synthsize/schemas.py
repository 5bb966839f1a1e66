"""The contracts between the rooms: every Parquet table that passes a wall, with its columns, types and order.

A room writes through `Table.write` (or checks a file written by DuckDB with `Table.check_file`) and reads through
`Table.read`, so that a table that breaks its contract stops at the wall it tries to pass.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from synthsize.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Variable:
    """One clinical variable of the analysis tables.

    Attributes
    ----------
    name : str
        Column stem, as in ``heart_rate_mean``.
    label : str
        What figures and tables print.
    unit : str
        Canonical unit of every value.
    kind : {"vital", "lab"}
        Which bin width of the configuration applies.
    """

    name: str
    label: str
    unit: str
    kind: str


VARIABLES: tuple[Variable, ...] = (
    Variable("heart_rate", "Heart rate", "beats/min", "vital"),
    Variable("respiratory_rate", "Respiratory rate", "breaths/min", "vital"),
    Variable("temperature", "Temperature", "°C", "vital"),
    Variable("systolic_bp", "Systolic blood pressure", "mmHg", "vital"),
    Variable("wbc", "White blood cells", "10³/µL", "lab"),
    Variable("platelets", "Platelets", "10³/µL", "lab"),
    Variable("creatinine", "Creatinine", "mg/dL", "lab"),
    Variable("inr", "INR", "ratio", "lab"),
    Variable("lactate", "Lactate", "mmol/L", "lab"),
    Variable("bilirubin", "Bilirubin, total", "mg/dL", "lab"),
)


ALL_STRATA = "all"  # in a table by stratum: the row that counts every admission


def divides(width: float, window_hours: float) -> bool:
    """Say whether bins of `width` hours fill the window a whole number of times."""
    return 0 < width <= window_hours and math.isclose(
        window_hours / width, round(window_hours / width), abs_tol=1e-9
    )


@dataclass(frozen=True)
class Table:
    """A written contract of one Parquet table.

    Attributes
    ----------
    name : str
        What error messages call the table.
    columns : dict of str to pyarrow.DataType
        Required columns in order, with their types.
    sort_by : tuple of str
        The row order every writer keeps.
    extra_columns : bool
        Whether further columns may follow (the features of an analysis table, the metrics of a result table).
    """

    name: str
    columns: dict[str, pa.DataType]
    sort_by: tuple[str, ...]
    extra_columns: bool = False

    def write(self, frame: pd.DataFrame, path: str | Path) -> None:
        """Sort `frame`, cast it to the contract and write it as Parquet.

        Raises
        ------
        InputError
            If a column is missing or holds values of another type.
        """
        self._check_names(list(frame.columns), path)
        ordered = frame.sort_values(list(self.sort_by), kind="stable", ignore_index=True)
        names = [*self.columns, *(c for c in frame.columns if c not in self.columns)]
        table = pa.Table.from_pandas(ordered[names], preserve_index=False).replace_schema_metadata()
        fields = [pa.field(name, self.columns.get(name, table.schema.field(name).type)) for name in names]
        try:
            table = table.cast(pa.schema(fields))
        except pa.ArrowInvalid as error:
            raise InputError(f"table {self.name!r} cannot be written to {path}: {error}") from error
        pq.write_table(table, path)

    def read(self, path: str | Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read the table after checking the file against the contract."""
        self.check_file(path)
        frame: pd.DataFrame = pq.read_table(path, columns=list(columns) if columns else None).to_pandas()
        return frame

    def read_all(self, paths: Sequence[str | Path]) -> pd.DataFrame:
        """Read several files of the table, one below the other; no file, or files without rows, keep the types."""
        if not paths:
            empty: pd.DataFrame = pa.schema(list(self.columns.items())).empty_table().to_pandas()
            return empty
        for path in paths:
            self.check_file(path)
        frame: pd.DataFrame = pa.concat_tables([pq.read_table(path) for path in paths]).to_pandas()
        return frame

    def check_file(self, path: str | Path) -> None:
        """Raise `InputError` unless the Parquet file at `path` keeps the contract's names and types."""
        schema = pq.read_schema(path)
        self._check_names(schema.names, path)
        for name, expected in self.columns.items():
            found = schema.field(name).type
            if found != expected:
                raise InputError(
                    f"{path}: column {name!r} of table {self.name!r} has type {found}, expected {expected}; "
                    "delete the file so that its rule writes it again"
                )

    def _check_names(self, found: Sequence[str], path: str | Path) -> None:
        missing = [name for name in self.columns if name not in found]
        if missing:
            raise InputError(f"{path}: table {self.name!r} lacks the columns {', '.join(missing)}")
        extra = [name for name in found if name not in self.columns]
        if extra and not self.extra_columns:
            raise InputError(f"{path}: table {self.name!r} has unknown columns {', '.join(extra)}")


ADMISSIONS = Table(
    "admissions",
    {
        "patient_id": pa.int64(),
        "admission_id": pa.int64(),
        "age_years": pa.int32(),  # completed years at admission; ages above 89, masked in MIMIC, are 91
        "sex": pa.string(),
        "died_in_hospital": pa.bool_(),
        "length_of_stay_hours": pa.float64(),
        "admission_rank": pa.int32(),  # 1 = first eligible admission of the patient, by time then id
        "last_admission": pa.bool_(),
        "stratum": pa.string(),  # charting system, era or hospital
    },
    sort_by=("admission_id",),
)

DIAGNOSES = Table(
    "diagnoses",
    {"admission_id": pa.int64(), "code": pa.string(), "code_version": pa.int32()},
    sort_by=("admission_id", "code_version", "code"),
)

MEASUREMENTS = Table(
    "measurements",
    {
        "admission_id": pa.int64(),
        "variable": pa.string(),
        "hours": pa.float64(),  # since hospital admission
        "value": pa.float64(),  # canonical unit of the variable
        "item": pa.string(),  # the source's own id
    },
    sort_by=("admission_id", "variable", "hours", "item", "value"),
)

BINS = Table(
    "bins",
    {
        "admission_id": pa.int64(),
        "variable": pa.string(),
        "bin": pa.int32(),  # 0 = first bin after admission
        "value": pa.float64(),  # mean of the bin's measurements
        "measurements": pa.int64(),
    },
    sort_by=("admission_id", "variable", "bin"),
)

FEATURES = Table(
    "features",
    {"admission_id": pa.int64(), "patient_id": pa.int64(), "stratum": pa.string()},
    sort_by=("admission_id",),
    extra_columns=True,
)

ANALYSIS = Table(
    "analysis table",
    {"admission_id": pa.int64(), "patient_id": pa.int64(), "stratum": pa.string(), "label": pa.bool_()},
    sort_by=("admission_id",),
    extra_columns=True,
)

NAIVE = 1.0  # the multiplier that balances the classes

# What a fit reaches on a split's test rows at their own prevalence; estimates of risk are NaN where none is made.
METRICS = {
    "balanced_accuracy": pa.float64(),
    "sensitivity": pa.float64(),
    "specificity": pa.float64(),
    "f1": pa.float64(),
    "mcc": pa.float64(),  # Matthews correlation; 0 if all rows are called alike
    "auroc": pa.float64(),
    "auprc": pa.float64(),  # average precision
    "log_loss": pa.float64(),  # nats
    "brier": pa.float64(),
    "calibration_intercept": pa.float64(),  # log odds, slope held at 1; below 0: risks are estimated too high
    "calibration_slope": pa.float64(),  # below 1: risks are too extreme
}

# Values that a metric, or a criterion of VTSS, can take, where not every number is one.
RANGES = {
    **dict.fromkeys(
        ("balanced_accuracy", "sensitivity", "specificity", "f1", "auroc", "auprc", "brier"), (0.0, 1.0)
    ),
    "mcc": (-1.0, 1.0),
    **dict.fromkeys(("balanced_risk", "balanced_loss", "log_loss"), (0.0, math.inf)),
}

# Which values of a metric, or of a criterion of VTSS, are good: the lowest, those nearest to an ideal, or the highest.
LOWER_IS_BETTER = frozenset({"excess_risk", "balanced_risk", "balanced_loss", "log_loss", "brier"})
IDEAL = {"calibration_intercept": 0.0, "calibration_slope": 1.0}

WHOLE_SPLIT = -1  # repeat and fold of what concerns a split's own training or test set, outside VTSS

CELL = {"task": pa.string(), "classifier": pa.string(), "generator": pa.string(), "split": pa.int32()}
CELL_KEYS = tuple(CELL)

SWEEP = Table(
    "sweep",
    {
        **CELL,
        "multiplier": pa.float64(),
        "n_requested": pa.int64(),  # round(multiplier * gap)
        "n_synthetic": pa.int64(),  # rows really added
        "n_train": pa.int64(),
        "n_test": pa.int64(),
        "gap": pa.int64(),  # majority minus minority rows of the training set
        "balanced_risk": pa.float64(),
        "oracle_risk": pa.float64(),
        "excess_risk": pa.float64(),
        **METRICS,
    },
    sort_by=(*CELL_KEYS, "multiplier"),
)

VTSS = Table(
    "vtss",
    {
        **CELL,
        "criterion": pa.string(),
        "multiplier": pa.float64(),  # the choice
        "multiplier_1se": pa.float64(),  # smallest multiplier within one standard error of the best
        "edge": pa.string(),  # "lower", "upper" or "none": the grid's edge that the choice sits on; m = 0 is none
        "n_synthetic": pa.int64(),
        "excess_risk": pa.float64(),  # on the split's test rows, at the choice
        "balanced_risk": pa.float64(),
        **METRICS,
        "multipliers": pa.list_(pa.float64()),
        "validation_mean": pa.list_(pa.float64()),
        "validation_se": pa.list_(pa.float64()),
    },
    sort_by=(*CELL_KEYS, "criterion"),
)

EVENTS = Table(
    "events",
    {
        **CELL,
        "repeat": pa.int32(),  # or `WHOLE_SPLIT`
        "fold": pa.int32(),
        "event": pa.string(),
        "detail": pa.string(),
    },
    sort_by=(*CELL_KEYS, "repeat", "fold", "event", "detail"),
)

CONTROLS = Table(
    "controls",
    {
        "task": pa.string(),
        "classifier": pa.string(),
        "control": pa.string(),
        "split": pa.int32(),
        "multiplier": pa.float64(),  # NaN where the control knows no size
        "n_train": pa.int64(),
        "n_test": pa.int64(),
        "balanced_risk": pa.float64(),  # NaN for a tuned threshold, which decides but estimates no risk
        "oracle_risk": pa.float64(),
        "excess_risk": pa.float64(),
        **METRICS,
    },
    sort_by=("task", "classifier", "control", "split", "multiplier"),
)

DIAGNOSIS = Table(
    "diagnosis",
    {
        **CELL,
        "n_majority": pa.int64(),  # of the training set
        "n_minority": pa.int64(),
        "asymmetry": pa.float64(),  # length of g_phi, the pull of imbalance at the balanced fit
        "asymmetry_se": pa.float64(),
        "mismatch": pa.float64(),  # length of g_psi, the pull of the generator's mismatch, cross-fitted
        "mismatch_se": pa.float64(),
        "cosine": pa.float64(),
        "alignment": pa.float64(),  # |g_psi| / |g_phi| times the cosine
        "alignment_se": pa.float64(),
        "symmetry_statistic": pa.float64(),  # Wald test of g_phi = 0
        "symmetry_df": pa.int32(),
        "symmetry_p": pa.float64(),
        "slopes_statistic": pa.float64(),  # test that balancing moves the intercept alone
        "slopes_df": pa.int32(),
        "slopes_p": pa.float64(),
        "theory_multiplier": pa.float64(),  # infinite where no size cancels the bias, NaN without a class gap
        "multiplier_low": pa.float64(),
        "multiplier_high": pa.float64(),
        "mismatch_to_noise": pa.float64(),
        "remarks": pa.string(),  # degenerate cases, empty if none arose
    },
    sort_by=CELL_KEYS,
)
