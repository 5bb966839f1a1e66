"""Records of what each result was made from, written beside it, so that its readers can reject another run's.

Beside ``tables/curves.csv`` lies the hidden ``tables/.curves.csv.lineage``: the lineage of the job that wrote the table
(see `pipeline.lineage`), and size and digest of the table when the job ended.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from synthsize.errors import InputError

Expected = Mapping[str, tuple[str, str]]  # path -> what its digest is of (a key of `DIGESTS`), the digest


def fits(output: Path, lineage: str) -> bool:
    """Whether a result was made under `lineage` and has still its size; its content is for those who read it."""
    record = _read(output)
    return record is not None and record["lineage"] == lineage and record["bytes"] == _size(output)


def write_records(outputs: Iterable[str | Path], lineage: str) -> None:
    """Record what made the results of a job, at its end."""
    for output in map(Path, outputs):
        record = {"lineage": lineage, "bytes": _size(output), "sha256": content_digest(output)}
        record_file(output).write_text(json.dumps(record) + "\n", encoding="utf-8")


def check_inputs(expected: Expected) -> None:
    """Compare what a job is about to read with what its run was planned for.

    A result that was changed after it was made loses its record: the next run makes it again.

    Raises
    ------
    InputError
        If a result was made under another configuration or from other files, or if any file was changed meanwhile.
    """
    for path, (kind, digest) in expected.items():
        if kind != "lineage":
            _check_source(Path(path), kind, digest)
            continue
        record = _read(Path(path))
        if record is None or record["lineage"] != digest:
            raise InputError(
                f"{path} was made under another configuration or from other files; run the same command again, "
                "and it is made again"
            )
        if record["sha256"] != content_digest(Path(path)):
            record_file(Path(path)).unlink()
            raise InputError(
                f"{path} was changed after it was made; run the same command again, and it is made again"
            )


def check_sources(expected: Expected) -> None:
    """Check those inputs alone that no rule makes; see `check_inputs`."""
    check_inputs({path: wanted for path, wanted in expected.items() if wanted[0] != "lineage"})


def _check_source(path: Path, kind: str, digest: str) -> None:
    if DIGESTS[kind](path) != digest:
        if kind == "table":
            from synthsize.pipeline.server_tables import described

            raise InputError(
                f"{described(path)} was changed while the run was under way; run the same command again"
            )
        raise InputError(f"{path} was changed while the run was under way; run the same command again")


def record_file(output: Path) -> Path:
    """Where the record of a result lies."""
    return output.with_name(f".{output.name}.lineage")


def content_digest(path: Path) -> str:
    """SHA-256 of a file, or of the visible files of a folder with their names; empty for what does not exist."""
    if path.is_dir():
        files = [(file.relative_to(path).as_posix(), content_digest(file)) for file in _visible(path)]
        return hashlib.sha256(json.dumps(files).encode()).hexdigest()
    if not path.exists():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stat_digest(path: Path) -> str:
    """Size and time of last change of a file that is too large to be read for a digest; empty if it is absent."""
    if not path.exists():
        return ""
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def table_digest(path: Path) -> str:
    """State of the table on a server behind a placeholder file; empty if the file is absent."""
    from synthsize.pipeline.server_tables import state  # what it imports, only a server needs

    return state(path) if path.exists() else ""


DIGESTS = {"content": content_digest, "stat": stat_digest, "table": table_digest}


def _read(output: Path) -> dict[str, Any] | None:
    """Return the record of a result; None where there is none, or none that is whole."""
    try:
        record = json.loads(record_file(output).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(record, dict) and record.keys() >= {"lineage", "bytes", "sha256"}
    return record if whole else None


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(file.stat().st_size for file in _visible(path))
    return path.stat().st_size if path.exists() else -1


def _visible(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
