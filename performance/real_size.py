"""A chart file of MIMIC-III's real size: made in bounded memory, and read in one command.

    python performance/real_size.py make --folder /scratch/real-size
    python performance/real_size.py read --folder /scratch/real-size

`make` writes a MIMIC-III-shaped extract whose CHARTEVENTS.csv.gz has as many rows as the real one (or --rows), all of
them different, on every processor there is and packed at gzip's fastest level. `read` runs the three steps of
`extraction.py` once each and prints what they cost.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from extraction import compare
from large_tables.writing import make_extract

ROWS = 330_712_483  # of CHARTEVENTS in MIMIC-III v1.4
FASTEST = 1  # the packing is most of the work


def make(folder: Path, rows: int) -> None:
    """Write the extract, unless it is there, and say how long it took."""
    start = time.perf_counter()
    file = make_extract(folder, "mimic3", rows, FASTEST)
    print(
        f"{rows:,} rows, {file.stat().st_size / 1e9:.2f} GB packed, made in {time.perf_counter() - start:.0f} s"
    )


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
        compare("mimic3", options.folder, options.threads, repeats=1)


if __name__ == "__main__":
    main()
