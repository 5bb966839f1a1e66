"""Time and memory of the extraction from each source, beside ways of only reading the same file.

    python performance/extraction.py --source mimic3 --rows 10000000 --folder /scratch/extraction
    python performance/extraction.py --source eicu --rows 1000000 3000000 10000000 --folder /scratch/extraction

writes an extract whose large table has that many rows (kept for the next call; `large_tables` has a module for each
source). Processes then take turns on it: `gzip -dc`, unless the table is Parquet; DuckDB, which counts the values of
every column, with types as it guesses them; DuckDB, which counts those of the columns that the source reads, with the
types and options of the extraction's own views; the extraction of the measurements, from the raw tables to the
canonical one; and DuckDB again, which copies the result. It prints wall time, processor time and peak memory of each,
how the extraction compares with the others, and what it takes beyond the reading of its columns for each row of a
concept item. The time to import the packages is left out: it does not grow with the file.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
from large_tables.shapes import SHAPES
from large_tables.writing import make_extract

from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.definition.loading import load_source
from synthsize.extract.measurements import SCANNED, extract_measurements
from synthsize.extract.raw.locations import Location
from synthsize.extract.raw.views import column_positions, literal, pattern, view_sql
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.table_search import find_tables

MEMORY_LIMIT = "1GB"  # of DuckDB's buffers
CHILDREN = ("all columns", "its columns", "extraction", "copying")


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds, and MiB at its peak (None: not known)."""

    wall: float
    cpu: float
    memory: float | None


def extract_cohort(folder: Location, output: Path, source: str = "mimic3") -> None:
    """Write the canonical admissions that the timed step reads."""
    extract_admissions(
        load_source(source),
        folder,
        cohort=Cohort(),
        engine=Engine(),
        output=output / "admissions.parquet",
        steps=output / "steps.csv",
    )


def extract_rows(folder: Location, output: Path, threads: int, source: str = "mimic3") -> None:
    """Run the timed step."""
    extract_measurements(
        load_source(source),
        folder,
        concepts="corrected",
        admissions=output / "admissions.parquet",
        window_hours=120,
        pre_admission_hours=0,
        engine=Engine(memory_limit=MEMORY_LIMIT, threads=threads),
        output=output / "measurements.parquet",
        audit=output / "audit.csv",
    )


def read_all(folder: Path, threads: int, source: str) -> None:
    """Count the values of each column of the large table."""
    shape = SHAPES[source]
    large = folder / shape.file
    reader = (
        f"read_parquet({pattern(*large.iterdir())})" if shape.is_parquet else f"read_csv({pattern(large)})"
    )
    run(f"SELECT count(COLUMNS(*)) FROM {reader}", threads)


def read_columns(folder: Path, threads: int, source: str) -> None:
    """Count the values of each column that the source declares of its large table."""
    described = load_source(source)
    table = described.tables[SHAPES[source].large]
    files = find_tables(described, folder)[table.name]
    query = view_sql(described, table, files, parallel=True)
    reader = query[query.index("read_parquet(" if SHAPES[source].is_parquet else "read_csv(") :]
    columns = column_positions(described, table, files.parts[0])
    run(f"SELECT {', '.join(f'count({name})' for name in columns)} FROM {reader}", threads)


def copy_result(output: Path, threads: int) -> None:
    """Read the canonical measurements and write them again, as they are."""
    result = literal(output / "measurements.parquet")
    run(f"COPY (FROM {result}) TO {literal(output / 'copy.parquet')} (COMPRESSION zstd)", threads)


def run(sql: str, threads: int) -> None:
    with duckdb.connect(config={"threads": threads, "memory_limit": MEMORY_LIMIT}) as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(sql).fetchall()


def print_cost(action: Callable[[], None]) -> None:
    """Run what a child process is for and print its wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    print(time.perf_counter() - wall, time.process_time() - cpu)


def run_child(command: Sequence[str]) -> Cost:
    """Cost of a process, as it prints it itself or, if it prints nothing, as the system counts it."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as printed:
        child = subprocess.Popen(command, stdout=printed)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        if status:
            raise SystemExit(f"{command[0]} failed")
        printed.seek(0)
        own = [float(number) for number in printed.read().split()]
    if own:
        return Cost(*own, usage.ru_maxrss / 1024)
    # The peak of a small process is that of this one, whose memory it shared before it began.
    return Cost(wall, usage.ru_utime + usage.ru_stime, None)


def compare(source: str, folder: Path, threads: int, repeats: int) -> dict[str, Cost]:
    """Run the steps in turn; print and return the median cost of each, memory at its highest."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as output:
        extract_cohort(folder, Path(output), source)
        child = [sys.executable, __file__, "--folder", str(folder), "--source", source]
        child += ["--threads", str(threads), "--output", output, "--child"]
        large = folder / SHAPES[source].file
        commands = {step: [*child, step] for step in CHILDREN}
        if not SHAPES[source].is_parquet:
            commands = {"gzip": ["sh", "-c", f"gzip -dc '{large}' > /dev/null"]} | commands
        turns = [{step: run_child(command) for step, command in commands.items()} for _ in range(repeats)]
        audit = pd.read_csv(Path(output) / "audit.csv")
        rows_of_items = int(audit.loc[audit["outcome"] != SCANNED, "rows"].sum())
    costs = {
        step: Cost(
            statistics.median(turn[step].wall for turn in turns),
            statistics.median(turn[step].cpu for turn in turns),
            max((turn[step].memory for turn in turns if turn[step].memory), default=None),
        )
        for step in commands
    }
    size = sum(file.stat().st_size for file in ([large] if large.is_file() else large.iterdir()))
    print_costs(f"{source}, {size / 1e6:,.0f} MB packed, {threads} threads", costs)
    print_rest(costs, rows_of_items)
    return costs


def print_costs(title: str, costs: dict[str, Cost]) -> None:
    """Print a line for each step, with the extraction's cost as a multiple of it."""
    print(f"\n{title}\n{'':12s}{'wall s':>9s}{'cpu s':>9s}{'MiB':>7s}   extraction / it: wall, cpu")
    own = costs["extraction"]
    for step, cost in costs.items():
        ratios = "" if cost is own else f"{own.wall / cost.wall:24.2f}{own.cpu / cost.cpu:7.2f}"
        memory = "" if cost.memory is None else f"{cost.memory:.0f}"
        print(f"{step:12s}{cost.wall:9.2f}{cost.cpu:9.2f}{memory:>7s}{ratios}", flush=True)


def print_rest(costs: dict[str, Cost], rows: int) -> None:
    """Print what a row of a concept item costs: its classification, sorting and writing."""
    reading = costs["its columns"].cpu
    least = reading + costs["copying"].cpu
    each = (costs["extraction"].cpu - reading) / rows
    print(
        f"{rows / 1e6:.1f} million rows of concept items, {1e6 * each:.2f} microseconds of a processor each; reading "
        f"its columns and only writing the result takes {least / reading:.2f} times the reading"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--source", choices=sorted(SHAPES), default="mimic3")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000_000], help="rows of the large table")
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the extracts are written, or lie already"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--child", choices=CHILDREN, help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child == "all columns":
        print_cost(lambda: read_all(options.folder, options.threads, options.source))
    elif options.child == "its columns":
        print_cost(lambda: read_columns(options.folder, options.threads, options.source))
    elif options.child == "extraction":
        print_cost(lambda: extract_rows(options.folder, options.output, options.threads, options.source))
    elif options.child == "copying":
        print_cost(lambda: copy_result(options.output, options.threads))
    else:
        for rows in options.rows:
            folder = options.folder / f"{options.source}-{rows}-rows"
            make_extract(folder, options.source, rows)
            compare(options.source, folder, options.threads, options.repeats)


if __name__ == "__main__":
    main()
