"""The manifest: what is needed to repeat a run, in one machine-readable file."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Any

import pandas as pd
from packaging.requirements import Requirement

from synthsize import __version__
from synthsize.imports import PACKAGE
from synthsize.pipeline.fit_dependencies import run_versions
from synthsize.pipeline.records import content_digest


def make_manifest(
    config: Mapping[str, Any],
    *,
    preflight: pd.DataFrame,
    source: Sequence[Mapping[str, Any]],
    jobs: pd.DataFrame,
    outputs: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Describe a run.

    Parameters
    ----------
    config : mapping
        The resolved configuration; it holds every seed.
    preflight : DataFrame
        What `extract.preflight.check_source` found: the raw files with sizes and row counts.
    source : list of dict
        The description, SQL and concept set by which the raw files were read, as `list_files` returns them.
    jobs : DataFrame
        As `read_job_records` returns them.
    outputs : list of dict
        As `list_files` returns them.

    Returns
    -------
    dict
        Ready for JSON: program, revision, python, platform, packages, config, inputs, source, rules, outputs. Holds no
        patient data, but the exact row counts of the raw files.
    """
    inputs = preflight[["table", "file", "bytes", "rows", "rows_are", "release"]].astype(object)
    return {
        "program": f"synthsize {__version__}",
        "revision": git_revision(PACKAGE),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": dict(sorted({**package_versions(), **run_versions(config)}.items())),
        "config": dict(config),
        "inputs": inputs.where(inputs.notna(), None).to_dict("records"),
        "source": list(source),
        "rules": summarise_jobs(jobs).to_dict("records"),
        "outputs": list(outputs),
    }


def list_files(paths: Iterable[Path], folder: Path) -> list[dict[str, Any]]:
    """Name, size and SHA-256 of files, by which a table or figure is traced to its run.

    Parameters
    ----------
    paths : iterable of Path
        Files, and folders for all files in them; hidden ones are left out.
    folder : Path
        What the names are relative to.

    Returns
    -------
    list of dict
        Keys path, bytes and sha256; sorted by path.
    """
    files = {file for path in paths for file in (path.rglob("*") if path.is_dir() else [path])}
    shown = {file.relative_to(folder).as_posix(): file for file in files if not file.name.startswith(".")}
    return [
        {"path": name, "bytes": file.stat().st_size, "sha256": content_digest(file)}
        for name, file in sorted(shown.items())
        if file.is_file()
    ]


def git_revision(folder: Path) -> str | None:
    """Commit of the checkout around `folder`, with ``-dirty`` behind it if files differ; None outside a checkout."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def package_versions() -> dict[str, str]:
    """Installed version of every package that the pipeline requires; empty where synthsize is not installed."""
    try:
        needed = [Requirement(text) for text in requires("synthsize") or []]
    except PackageNotFoundError:  # run from the source folder, not installed
        return {}
    return {
        need.name: version(need.name)
        for need in needed
        if need.marker is None or need.marker.evaluate({"extra": "pipeline"})
    }


def read_job_records(patterns: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Run time and memory of each job of this run that left a record; those of former runs do not count.

    Parameters
    ----------
    patterns : dict of str to str
        By rule, the path of a job's record with wildcards in braces, as Snakemake's `benchmark` directive writes it.
    names : dict of str to sequence of str
        By wildcard, the names that this run has.

    Returns
    -------
    DataFrame
        Columns rule, seconds and memory_mb; memory is missing for jobs too short to be sampled.
    """
    records = [
        {"rule": rule, **_record(file)}
        for rule, pattern in patterns.items()
        for file in _filled(pattern, names)
        if file.exists()
    ]
    return pd.DataFrame(records, columns=["rule", "seconds", "memory_mb"])


def _filled(pattern: str, names: Mapping[str, Sequence[str]]) -> Iterator[Path]:
    wildcards = sorted({field for _, field, _, _ in Formatter().parse(pattern) if field})
    for values in product(*(names[name] for name in wildcards)):
        yield Path(pattern.format(**dict(zip(wildcards, values, strict=True))))


def _record(file: Path) -> dict[str, float]:
    last = pd.read_csv(file, sep="\t", na_values=["-", "NA"]).iloc[-1]
    return {"seconds": last["s"], "memory_mb": last["max_rss"]}


def summarise_jobs(jobs: pd.DataFrame) -> pd.DataFrame:
    """Jobs, total seconds, longest job and largest memory of each rule, the longest rule first."""
    table = (
        jobs.astype({"seconds": float, "memory_mb": float})
        .groupby("rule")
        .agg(
            jobs=("seconds", "size"),
            seconds=("seconds", "sum"),
            longest_seconds=("seconds", "max"),
            peak_memory_mb=("memory_mb", "max"),
        )
        .sort_values("seconds", ascending=False)
        .round(1)
        .reset_index()
    )
    return table.astype(object).where(table.notna(), None)
