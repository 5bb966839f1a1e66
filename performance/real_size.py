"""A chart file of MIMIC-III's real size: made in bounded memory, and read in one command.

    python performance/real_size.py make --folder /scratch/real-size
    python performance/real_size.py read --folder /scratch/real-size

`make` writes a MIMIC-III-shaped extract whose CHARTEVENTS.csv.gz has as many rows as the real one (or --rows).
It takes hours, for gzip packs on one processor. `read` runs `gzip -dc` and the extraction once each and prints their
wall times, the ratio and the extracting process's peak memory. How they are timed is said in `extraction.py`.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import extraction

ROWS = 330_712_483  # of CHARTEVENTS in MIMIC-III v1.4
LARGE = "CHARTEVENTS.csv.gz"


def make(folder: Path, rows: int) -> None:
    """Write the extract to a folder that gets its name when it is whole."""
    if folder.exists():
        raise SystemExit(f"{folder} is there already; read it, or name another folder")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    start = time.perf_counter()
    extraction.generate(unfinished, rows)
    unfinished.rename(folder)
    size = (folder / LARGE).stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{rows:,} rows, {size / 1e9:.2f} GB packed, made in {time.perf_counter() - start:.0f} s "
        f"with {peak:.0f} MiB at most"
    )


def read(folder: Path, threads: int) -> None:
    """Time gzip and the extraction on the folder."""
    if not (folder / LARGE).is_file():
        raise SystemExit(f"{folder} holds no {LARGE}; make it first")
    with tempfile.TemporaryDirectory(dir=folder.parent) as output:
        extraction.extract_cohort(folder, Path(output))
        child = [sys.executable, extraction.__file__, "--folder", str(folder), "--threads", str(threads)]
        extraction.compare(folder / LARGE, [*child, "--child", output], threads, repeats=1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    making, reading = commands.add_parser("make"), commands.add_parser("read")
    for command in (making, reading):
        command.add_argument("--folder", type=Path, required=True, help="where the extract lies, or will")
    making.add_argument("--rows", type=int, default=ROWS, help="rows of CHARTEVENTS")
    reading.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if options.command == "make":
        make(options.folder, options.rows)
    else:
        read(options.folder, options.threads)


if __name__ == "__main__":
    main()
