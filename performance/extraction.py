"""Time and memory of the chart extraction against `gzip -dc` of the same file.

    python performance/extraction.py --rows 10000000 --folder /scratch/extraction

writes a MIMIC-III-shaped extract whose CHARTEVENTS.csv.gz has that many rows (kept for the next call), then runs
`gzip -dc` and the extraction alternately, each in a process of its own. It prints wall times, the ratio of their
medians and the extracting process's peak memory; processor time tells a slow step from a busy machine. The time to
import the package is left out: it does not grow with the file.
"""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.engine import Engine
from synthsize.extract.locations import Location
from synthsize.extract.measurements import extract_measurements
from synthsize.extract.source import load_source

CONCEPT_ITEMS = np.array([211, 220045, 618, 220210, 676, 678, 223761, 51, 455, 220179, 220050])
CONCEPT_SHARE = 0.07
OTHER_ITEMS = 3000  # about as many distinct items as the charts of the real database use
ROWS_PER_ADMISSION = 5600
CHUNK_ROWS = 500_000
TEXTS = np.array(["No", "Normal Sinus", "Clear", "Arm, right", "Bed, low position", "Done", "Intact"])


def admission_times(ids: np.ndarray) -> np.ndarray:
    """Admission time of each admission: spread over a century, as after date shifting."""
    return np.datetime64("2100-01-01T00:00:00") + (ids * 7919 % 876_000).astype("timedelta64[h]")


def chart_chunk(first: int, rows: int, generator: np.random.Generator) -> pa.Table:
    """Rows `first` to `first + rows` of CHARTEVENTS, admission after admission, in time order."""
    row = np.arange(first, first + rows)
    admission = row // ROWS_PER_ADMISSION
    is_concept = generator.random(rows) < CONCEPT_SHARE
    other = 1000 + generator.integers(0, OTHER_ITEMS, rows)
    item = np.where(
        is_concept, generator.choice(CONCEPT_ITEMS, rows), np.where(other % 2, other, other + 223_000)
    )
    minutes = (row % ROWS_PER_ADMISSION) // 4 * 15
    time_ = admission_times(admission) + minutes.astype("timedelta64[m]")
    is_text = ~is_concept & (generator.random(rows) < 0.6)
    number = pa.array(np.round(generator.normal(90, 20, rows), 1).astype(str))
    text = pa.array(TEXTS).take(pa.array(generator.integers(0, len(TEXTS), rows)))
    masked = pa.array(is_text)
    metavision = pa.array(item >= 220_000)
    flag = pc.if_else(metavision, "0", None)
    charttime = pc.strftime(pa.array(time_.astype("datetime64[s]")), format="%Y-%m-%d %H:%M:%S")
    return pa.table(
        {
            "ROW_ID": row,
            "SUBJECT_ID": 10_000 + admission,
            "HADM_ID": 100_000 + admission,
            "ICUSTAY_ID": 200_000 + admission,
            "ITEMID": item,
            "CHARTTIME": charttime,
            "STORETIME": charttime,
            "CGID": generator.integers(14_000, 22_000, rows),
            "VALUE": pc.if_else(masked, text, number),
            "VALUENUM": pc.if_else(masked, None, number),
            "VALUEUOM": pc.if_else(masked, None, "mmHg"),
            "WARNING": flag,
            "ERROR": flag,
            "RESULTSTATUS": pa.nulls(rows, pa.string()),
            "STOPPED": pc.if_else(metavision, None, "NotStopd"),
        }
    )


def write_table(path: Path, chunks: Iterator[pa.Table]) -> None:
    """Stream tables into one CSV.gz with a quoted header, at gzip's usual level."""
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as file:
        for number, chunk in enumerate(chunks):
            csv.write_csv(chunk, file, csv.WriteOptions(include_header=number == 0))


def generate(folder: Path, rows: int) -> None:
    """Write the extract: charts of `rows` rows and small tables that match them."""
    folder.mkdir(parents=True, exist_ok=True)
    admission = np.arange(-(-rows // ROWS_PER_ADMISSION))
    admitted = admission_times(admission)
    ids = {"SUBJECT_ID": 10_000 + admission, "HADM_ID": 100_000 + admission}
    small = {
        "ADMISSIONS": {
            **ids,
            "ADMITTIME": admitted.astype(str),
            "DISCHTIME": (admitted + np.timedelta64(20, "D")).astype(str),
            "DEATHTIME": pa.nulls(len(admission), pa.string()),
            "ADMISSION_TYPE": np.repeat("EMERGENCY", len(admission)),
            "DIAGNOSIS": np.repeat("SEPSIS", len(admission)),
            "HOSPITAL_EXPIRE_FLAG": (admission % 7 == 0).astype(int),
            "HAS_CHARTEVENTS_DATA": np.ones(len(admission), int),
        },
        "PATIENTS": {
            "SUBJECT_ID": ids["SUBJECT_ID"],
            "GENDER": np.where(admission % 2, "F", "M"),
            "DOB": (admitted - np.timedelta64(60 * 366, "D")).astype(str),
        },
        "DIAGNOSES_ICD": {
            **ids,
            "SEQ_NUM": np.ones(len(admission), int),
            "ICD9_CODE": np.repeat("99592", len(admission)),
        },
        "LABEVENTS": {
            **ids,
            "ITEMID": np.repeat(50912, len(admission)),
            "CHARTTIME": admitted.astype(str),
            "VALUENUM": np.ones(len(admission)),
        },
    }
    generator = np.random.default_rng(20240501)
    starts = range(0, rows, CHUNK_ROWS)
    chunks = (chart_chunk(start, min(CHUNK_ROWS, rows - start), generator) for start in starts)
    write_table(folder / "CHARTEVENTS.csv.gz", chunks)
    for name, columns in small.items():
        write_table(folder / f"{name}.csv.gz", iter([pa.table(columns)]))


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


def extract_charts(folder: Location, output: Path, threads: int, source: str = "mimic3") -> None:
    """Run the timed step and print its seconds; the body of the child process."""
    start = time.perf_counter()
    extract_measurements(
        load_source(source),
        folder,
        concepts="corrected",
        admissions=output / "admissions.parquet",
        window_hours=120,
        pre_admission_hours=0,
        engine=Engine(memory_limit="1GB", threads=threads),
        output=output / "measurements.parquet",
        audit=output / "audit.csv",
    )
    print(time.perf_counter() - start)


def run_child(command: list[str]) -> tuple[float, float, float, str]:
    """Wall time (s), processor time (s), peak memory (MiB) and output of a process."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as printed:
        child = subprocess.Popen(command, stdout=printed)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        if status:
            raise SystemExit(f"{command[0]} failed")
        printed.seek(0)
        # The first bytes are enough for what the extraction prints; gzip writes to /dev/null.
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed.read(100)


def compare(large: Path, extraction: list[str], threads: int, repeats: int) -> None:
    """Time gzip on the large table and the extraction's process in turn, and print what was found."""
    unzipped, extracted, memory = [], [], []
    for _ in range(repeats):
        gzip_wall, gzip_cpu, _, _ = run_child(["sh", "-c", f"gzip -dc '{large}' > /dev/null"])
        _, cpu, peak, printed = run_child(extraction)
        unzipped.append(gzip_wall)
        extracted.append(float(printed))
        memory.append(peak)
        print(
            f"gzip {gzip_wall:.2f} s (processor {gzip_cpu:.2f} s), "
            f"extraction {extracted[-1]:.2f} s (processor {cpu:.2f} s, import included), {peak:.0f} MiB"
        )
    ratio = statistics.median(extracted) / statistics.median(unzipped)
    print(f"wall time: {ratio:.2f} of gzip -dc; peak memory {max(memory):.0f} MiB; {threads} threads")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of CHARTEVENTS")
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the extract is written, or lies already"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        extract_charts(options.folder, options.child, options.threads)
        return
    folder = options.folder / f"{options.rows}-rows"
    if not (folder / "LABEVENTS.csv.gz").exists():
        generate(folder, options.rows)
    with tempfile.TemporaryDirectory(dir=options.folder) as output:
        extract_cohort(folder, Path(output))
        child = [sys.executable, __file__, "--folder", str(folder), "--threads", str(options.threads)]
        compare(folder / "CHARTEVENTS.csv.gz", [*child, "--child", output], options.threads, options.repeats)


if __name__ == "__main__":
    main()
