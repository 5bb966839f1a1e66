"""Tasks with an analysis table of the user's own: checks of their configuration entries.

Columns are looked at before a run starts (`check_columns`), and judged when all rows are read (`tasks.own_table`).
"""

from __future__ import annotations

import csv
import gzip
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from synthsize.errors import InputError

Config = dict[str, Any]

SUFFIXES = (".parquet", ".csv", ".csv.gz")
ROLES = ("label", "group", "stratum")  # keys that name a column each
OF_A_TABLE = ("group", "stratum", "title", "leave_out")  # keys that mean nothing without one
OF_AN_EXTRACT = ("outcome", "icd9", "icd10")
CHUNK = 1 << 20  # bytes


def own_tables(config: Mapping[str, Any]) -> dict[str, str]:
    """Files of the tasks that have a table of their own, by task; a run has them for all its tasks or for none."""
    return {name: task["table"] for name, task in config["tasks"].items() if "table" in task}


def shown_name(name: str, task: Mapping[str, Any]) -> str:
    """Words by which figures and tables call a task; where the task has a table, its label is a column."""
    words: str = task.get("title" if "table" in task else "label", name)
    return words


def check_own_tables(config: Config) -> None:
    """Reject tables that are not there, column roles that clash, and what a run without extraction cannot do.

    Paths are expanded in place.

    Raises
    ------
    InputError
        With one line that names the key.
    """
    for name, task in config["tasks"].items():
        for key in OF_A_TABLE:
            if key in task and "table" not in task:
                raise InputError(
                    f"tasks.{name}.{key} describes a table; add tasks.{name}.table or drop the key"
                )
    own = own_tables(config)
    if not own:
        return
    _check_not_mixed(config, own)
    for name in own:
        task = config["tasks"][name]
        task["table"] = str(Path(task["table"]).expanduser())
        _check_file(f"tasks.{name}.table", task["table"])
        _check_roles(name, task)
    _check_analyses(config)


def _check_not_mixed(config: Config, own: Mapping[str, str]) -> None:
    tasks = config["tasks"]
    for name in own:
        both = [key for key in OF_AN_EXTRACT if key in tasks[name]]
        if both:
            raise InputError(
                f"tasks.{name} has a table and {both[0]}; keep one of them, or choose another name and set "
                f"{name}: null where config.yaml defines a task of that name"
            )
    extracted = [name for name in tasks if name not in own]
    if extracted:
        keys = ", ".join(f"{name}: null" for name in extracted)
        raise InputError(
            f"tasks.{' and tasks.'.join(own)} brings a table and tasks.{' and tasks.'.join(extracted)} would be "
            f"extracted, which one run cannot do; set tasks: {{{keys}}} or run them apart"
        )
    source = config["source"]
    given = [
        f"source.{key} is {source[key]!r}"
        for key, unset in (("name", "simulated"), ("path", None))
        if source[key] != unset
    ]
    if given:
        raise InputError(
            f"{' and '.join(given)}, but every task has a table and nothing is extracted; leave source out, and "
            "presets that are made for an extract"
        )


def _check_file(key: str, path: str) -> None:
    if set(path) & set("{}"):
        raise InputError(
            f"{key} is {path!r}; Snakemake takes braces in a path for a wildcard, so rename the file"
        )
    if not path.lower().endswith(SUFFIXES):
        raise InputError(
            f"{key} is {path!r}, but it must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        )
    if not os.path.isfile(path):  # noqa: PTH113 (Path.is_file raises below a closed folder)
        raise InputError(f"{key} is {path!r}, but there is no such file; correct the path")
    if not os.access(path, os.R_OK):
        raise InputError(f"{key} is {path!r}, which cannot be read; ask its owner for the right to read it")


def _check_roles(name: str, task: Mapping[str, Any]) -> None:
    if "label" not in task:
        raise InputError(f"tasks.{name}.label is missing; name the column of 0 and 1 that the task predicts")
    roles: dict[str, str] = {}
    for key in ROLES:
        if key in task:
            if task[key] in roles:
                raise InputError(
                    f"tasks.{name}.{roles[task[key]]} and tasks.{name}.{key} both name column {task[key]!r}; give "
                    "each a column of its own or drop one of the keys"
                )
            roles[task[key]] = key
    for column in task.get("leave_out", []):
        if column in roles:
            raise InputError(
                f"tasks.{name}.leave_out names {column!r}, which is the {roles[column]} column and no feature anyway; "
                "take it out of leave_out"
            )


def _check_analyses(config: Config) -> None:
    """Reject analyses that need what a table does not have: age and sex of admissions, or a stratum."""
    experiment = config["experiment"]
    people = [name for name in experiment["subgroups"] if name != "stratum"]
    if people:
        raise InputError(
            f"experiment.subgroups names {people[0]!r}, which only extracted tasks have; for one grouping of your own "
            "name its column in tasks.<name>.stratum and set experiment.subgroups to [stratum]"
        )
    asking = {
        "experiment.subgroups": experiment["subgroups"],
        "experiment.transport": experiment["transport"]["run"],
    }
    for name, task in config["tasks"].items():
        for key, asked in asking.items():
            if asked and "stratum" not in task:
                raise InputError(
                    f"{key} goes by strata, but tasks.{name} names no stratum column; add tasks.{name}.stratum or "
                    f"switch {key} off"
                )


def check_columns(config: Config) -> None:
    """Reject tables whose columns or first rows do not suit their roles, before any job starts.

    Parameters
    ----------
    config : dict
        As `pipeline.config.resolve` returns it.

    Raises
    ------
    InputError
        With one line that names the key, the file and the column.
    """
    own = {
        name: path for name, path in own_tables(config).items() if name not in config["reporting"]["left_out"]
    }
    if not own:
        return
    # They import pandas, which other runs need not when the configuration is read.
    from synthsize.tasks.own_columns import Columns
    from synthsize.tasks.own_table import check_head

    for name, path in own.items():
        task = config["tasks"][name]
        roles = {key: task.get(key) for key in ROLES}
        check_head(Path(path), Columns(**roles, leave_out=tuple(task.get("leave_out", ()))), task=name)


def table_size(path: str) -> tuple[int, int]:
    """Rows and columns of a table: of Parquet from its footer, of CSV by counting lines.

    Raises
    ------
    InputError
        If the file breaks off or is damaged.
    """
    try:
        if path.lower().endswith(".parquet"):
            from pyarrow.parquet import read_metadata  # a third of a second that a parse need not pay

            found = read_metadata(path)
            return found.num_rows, found.num_columns
        with _opened(path) as stream:
            header = stream.readline().decode("utf-8", "replace")
            return sum(chunk.count(b"\n") for chunk in _chunks(stream)), len(next(csv.reader([header]), []))
    except (OSError, EOFError, zlib.error, ValueError) as error:  # a ValueError of Arrow's
        raise InputError(
            f"{path} cannot be read to its end ({type(error).__name__}); write or copy the file again"
        ) from None


def _opened(path: str) -> IO[bytes]:
    opened: IO[bytes] = gzip.open(path) if path.lower().endswith(".gz") else open(path, "rb")  # type: ignore[assignment]  # noqa: PTH123, SIM115
    return opened


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
