"""The plan of a run: what it will fit and about what that costs, printed before it starts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from synthsize.pipeline.durations import in_words
from synthsize.pipeline.memory import fitted_columns, rows_megabytes
from synthsize.pipeline.own_tables import SUFFIXES, own_tables, table_size
from synthsize.pipeline.planned_work import Planned, Work
from synthsize.simulate.shares import ADULT_SHARE

if TYPE_CHECKING:
    from synthsize.extract.definition.source import Source

ASSUMED_ADMISSIONS = 50_000  # about MIMIC-III's adult ones, where the source does not say
FAST_TO_COUNT_BYTES = (
    1_000_000  # of a file; those of the open demos are smaller, those of full releases larger
)
START_UP_SECONDS = 1.5  # of a job's imports
HELD = 2  # paths of fits that a job holds at once: that of a split, and that of a fold
UNKNOWN = "unknown"
UPPER = "up to "  # of a time that is not known but limited
NO_LIMITS: Mapping[str, float] = {}


class Cost(Protocol):
    """What one fit or draw costs; see `benchmark.growth.Cost`."""

    @property
    def columns(self) -> int:
        """Numbers of a row that is fitted."""
        ...

    def seconds(self, rows: float) -> float:
        """Return the time on one core."""
        ...

    def megabytes(self, rows: float) -> float:
        """Return the memory of the model fitted to so many rows."""
        ...


Costs = Mapping[str, Cost | None]


def describe_plan(
    found: Planned,
    fitted: Costs,
    drawn: Costs,
    *,
    cores: int | None,
    rows: int,
    rows_are: str,
    limits: Mapping[str, float] = NO_LIMITS,
) -> str:
    """Describe what is fitted and the time and memory it takes, a line for each classifier and generator.

    Parameters
    ----------
    found : Planned
        With at least one fit or draw.
    fitted, drawn : mapping of str to Cost
        Of every classifier and generator of the plan; None where unknown.
    cores : int or None
        None on a cluster, whose cores are not known.
    rows : int
        Of a training set, for which the costs hold.
    rows_are : str
        Where that number is from.
    limits : mapping of str to float
        Of generators whose time is not known, seconds after which they are ended, for one training set.
    """
    fits, draws = _seconds(found.fits, fitted), _seconds(found.draws, drawn)
    most = {
        name: limit * sum(found.draws[name].values()) for name, limit in limits.items() if name in found.draws
    }
    width = max(map(len, ("classifier", *found.fits, *found.draws)))
    start_up = START_UP_SECONDS * found.jobs
    lines = [
        f"synthsize: the plan of this run, for training sets of about {rows:,} rows ({rows_are})",
        *_table(("classifier", "fits", "on one core"), found.fits, fits, width),
        *_table(("generator", "training sets", ""), found.draws, draws, width, most),
        f"  start-up of {found.jobs:,} jobs: {in_words(start_up)}",
        f"  in all {_together(found, fitted, drawn, cores)}",
        *_bound(most),
        *_memory(found.largest, fitted, cores),
        "  not counted: reading the extract, tables and figures",
    ]
    return "\n".join(lines)


def describe_impossible(cells: Mapping[tuple[str, str], str]) -> str:
    """Describe in one line which cells are left out because no run can fit them.

    Parameters
    ----------
    cells : mapping of (classifier, generator) to str
        The reason of each; see `cells.impossible_cells`.
    """
    by_reason: dict[str, list[str]] = defaultdict(list)
    for (classifier, generator), reason in cells.items():
        by_reason[reason].append(f"{classifier} with {generator}")
    said = "; ".join(f"{', '.join(names)} ({reason})" for reason, names in by_reason.items())
    return f"synthsize: left out of this run: {said}"


def _seconds(amounts: Mapping[str, Mapping[int, float]], costs: Costs) -> dict[str, float]:
    """Add up the time of every name whose cost is known."""
    return {
        name: sum(number * cost.seconds(rows) for rows, number in by_rows.items())
        for name, by_rows in amounts.items()
        if (cost := costs.get(name)) is not None
    }


def _table(
    heads: tuple[str, str, str],
    amounts: Mapping[str, Mapping[int, float]],
    seconds: Mapping[str, float],
    width: int,
    most: Mapping[str, float] = NO_LIMITS,
) -> list[str]:
    """Give each name a line below the heads, the most expensive first: how many, and how long, or at most how long."""
    if not amounts:
        return []
    by_cost = sorted(amounts, key=lambda name: seconds.get(name, float("inf")), reverse=True)
    rows = [
        (
            f"  {name}",
            f"{sum(amounts[name].values()):,.0f}",
            _time(name, seconds, most),
        )
        for name in by_cost
    ]
    return [f"  {name:<{width + 4}}{number:>13}{time:>13}".rstrip() for name, number, time in (heads, *rows)]


def _time(name: str, seconds: Mapping[str, float], most: Mapping[str, float]) -> str:
    if name in seconds:
        return in_words(seconds[name])
    return f"{UPPER}{in_words(most[name])}" if name in most else UNKNOWN


def _bound(most: Mapping[str, float]) -> list[str]:
    """Describe how long the commands run if each reaches its time limit."""
    if not most:
        return []
    names = ", ".join(most)
    return [f"  {names}: commands, not tried; at most {in_words(sum(most.values()))} by timeout_minutes"]


def _together(found: Planned, fitted: Costs, drawn: Costs, cores: int | None) -> str:
    """Describe the time of all jobs, on all cores, and of the longest one."""
    known = [*_seconds(found.fits, fitted).values(), *_seconds(found.draws, drawn).values()]
    total = sum(known) + START_UP_SECONDS * found.jobs
    seconds, name = max((_job_seconds(work, fitted, drawn), _called(work)) for work in found.work)
    unknown = [
        name
        for amounts, costs in ((found.fits, fitted), (found.draws, drawn))
        for name in amounts
        if costs.get(name) is None
    ]
    on_all = ""
    if cores and cores > 1:
        on_all = f", about {in_words(max(total / cores, seconds))} on {cores}"
    lacking = f"; without {', '.join(unknown)}, of unknown time" if unknown else ""
    return f"{in_words(total)} on one core{on_all}; the longest job {in_words(seconds)} ({name}){lacking}"


def _job_seconds(work: Work, fitted: Costs, drawn: Costs) -> float:
    """Return the time of one job that finds no kept rows."""
    fit = fitted.get(work.classifier)
    total = START_UP_SECONDS
    total += sum(number * fit.seconds(rows) for rows, number in work.fits.items()) if fit else 0.0
    for name, sets in work.draws:
        draw = drawn.get(name)
        total += sets.number * draw.seconds(sets.rows) if draw else 0.0
    return total


def _called(work: Work) -> str:
    """Name a job by what it fits and draws."""
    names = list(dict.fromkeys(name for name, _ in work.draws))
    return " with ".join(filter(None, (work.classifier, names[0] if len(names) == 1 else "")))


def _memory(largest: Mapping[str, tuple[int, ...]], costs: Costs, cores: int | None) -> list[str]:
    """Name the classifier whose jobs are largest, and the memory of one and of as many as run at once."""
    needed = {
        name: rows_megabytes(max(held), cost.columns) + HELD * sum(cost.megabytes(rows) for rows in held)
        for name, held in largest.items()
        if (cost := costs.get(name)) is not None
    }
    if not needed:
        return []
    name = max(needed, key=needed.__getitem__)
    together = f", {needed[name] * cores / 1000:.1f} GB if {cores} run at once" if cores and cores > 1 else ""
    return [f"  memory of a job up to about {needed[name] / 1000:.1f} GB ({name}){together}"]


def training_columns(config: Mapping[str, Any], n_variables: int) -> int:
    """Return the largest number of columns of a training set.

    Parameters
    ----------
    config : mapping
        As `pipeline.config.resolve` returns it.
    n_variables : int
        Of an extract; tables of the user's own are counted.
    """
    own, asked = own_tables(config), config["features"]
    features = n_variables * len(asked["summaries"])
    if own:
        features = max(table_size(path)[1] for path in own.values())
    return fitted_columns(features, missing_indicators=asked["missing_indicators"])


def training_rows(
    config: Mapping[str, Any],
    analysis_tables: Iterable[Path],
    expected_admissions: int | None = None,
    most_admissions: int | None = None,
) -> tuple[int, str]:
    """Return the number of rows of a training set, and the origin of that number.

    Parameters
    ----------
    config : mapping
        As `pipeline.config.resolve` returns it.
    analysis_tables : iterable of Path
        Those that exist are counted; before the first run there is none.
    expected_admissions : int or None
        What the source says of its published size; see `extract.definition.source.Source`.
    most_admissions : int or None
        What a small extract has at most; see `most_admissions`.
    """
    share = 1 - config["experiment"]["test_size"]
    found = [path for path in analysis_tables if path.is_file()]
    if found:
        from pyarrow.parquet import read_metadata  # a third of a second that a parse need not pay

        return round(share * max(read_metadata(path).num_rows for path in found)), "as in the analysis tables"
    own = own_tables(config)
    if own:
        return round(
            share * max(table_size(path)[0] for path in own.values())
        ), "as in the tables of the tasks"
    if config["source"]["name"] == "simulated":
        return round(share * ADULT_SHARE * config["simulate"]["admissions"]), "as simulated"
    expected = ASSUMED_ADMISSIONS if expected_admissions is None else expected_admissions
    if most_admissions is not None and most_admissions < expected:
        return math.ceil(share * most_admissions), "at most, by the rows of the extract's small tables"
    if expected_admissions is not None:
        return round(share * expected), "assumed from the published size: the extract has not been read yet"
    return round(share * expected), "assumed: the extract has not been read yet"


def most_admissions(source: Source, raw: Mapping[str, Sequence[str]]) -> int | None:
    """Return how many admissions a small extract, such as a demo, has at most; None where counting would take long.

    Parameters
    ----------
    source : Source
    raw : mapping of str to sequence of str
        Files of each raw table that is there.

    Returns
    -------
    int or None
        The most rows that a table of the cohort has, if all but those of measurements lie in files of up to 1 MB.

    Raises
    ------
    InputError
        If one of these files cannot be read.
    """
    tables = [source.tables[name] for name in source.tables_read_by("admissions") if name in raw]
    counted = [raw[table.name] for table in tables if not table.large and table.item is None]
    files = [Path(file) for parts in counted for file in parts]
    if not files or not all(_is_counted_fast(file) for file in files):
        return None
    return max(sum(table_size(str(file))[0] for file in parts) for parts in counted)


def _is_counted_fast(file: Path) -> bool:
    is_table = file.name.lower().endswith((*SUFFIXES, ".txt")) and file.is_file()
    return is_table and file.stat().st_size <= FAST_TO_COUNT_BYTES
