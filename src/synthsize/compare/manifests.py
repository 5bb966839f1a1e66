"""Which finished runs are compared, and their manifests; the workflow's start reads no more than these."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthsize.errors import InputError

MANIFEST = "manifest.json"
RESULTS = "results"
FEWEST = 2  # runs
# What is read of a manifest, and of the configuration in it.
KEYS = ("program", "packages", "config", "inputs", "outputs")
SECTIONS = ("tasks", "protocol", "experiment", "reporting")


@dataclass(frozen=True)
class RunManifest:
    """What a finished run says of itself.

    Attributes
    ----------
    label : str
        What readers call the run.
    folder : Path
        Holds manifest.json and tables/.
    content : dict
        As `pipeline.manifest.make_manifest` returns it.
    digest : str
        SHA-256 of the file; the manifest lists the digests of all tables, so it stands for these too.
    """

    label: str
    folder: Path
    content: Mapping[str, Any]
    digest: str

    @property
    def config(self) -> Mapping[str, Any]:
        """The resolved configuration of the run."""
        config: Mapping[str, Any] = self.content["config"]
        return config

    @property
    def left_out(self) -> Mapping[str, str]:
        """Parts that failed in the run, each with the reason."""
        left_out: Mapping[str, str] = self.config["reporting"].get("left_out") or {}
        return left_out

    @property
    def tasks(self) -> list[str]:
        """Tasks that the run has results of, in its order."""
        return [name for name in self.config["tasks"] if name not in self.left_out]

    @property
    def has_own_tables(self) -> bool:
        """Whether the tasks have tables of the user's own."""
        return any("table" in task for task in self.config["tasks"].values())

    @property
    def has_learning_curve(self) -> bool:
        """Whether the run made one."""
        return any(entry["path"] == "tables/learning_curve.csv" for entry in self.content["outputs"])

    @property
    def suppress_below(self) -> int:
        """Smallest count of people that the run's page shows."""
        below: int = self.config["reporting"].get("suppress_below", 0)
        return below


def labelled_runs(given: Sequence[str] | Mapping[str, str]) -> dict[str, str]:
    """Give each run its label: where the configuration gives none, the end of its folder's path that no other run has.

    Parameters
    ----------
    given : sequence of str, or mapping of str to str
        Folders, or folder by label, as ``runs`` in the configuration.

    Raises
    ------
    InputError
        If there are fewer than two runs, or two of one label or of one folder.
    """
    named = (
        [(str(label), folder) for label, folder in given.items()]
        if isinstance(given, Mapping)
        else list(zip(_own_names(given), given, strict=True))
    )
    if len(named) < FEWEST:
        raise InputError(
            f"runs names {len(named)} run; a comparison takes two or more, such as "
            "--config runs='[runs/mimic3, runs/eicu]'"
        )
    labels: dict[str, str] = {}
    places: dict[Path, str] = {}
    for label, folder in named:
        if not label.strip():
            raise InputError(f"runs gives {folder!r} no label; write runs='{{LABEL: {folder}, ...}}'")
        place = Path(folder).expanduser().resolve()
        if place in places:
            raise InputError(f"runs names the folder {folder!r} twice; a run is not compared with itself")
        if label.casefold() in map(str.casefold, labels):
            raise InputError(
                f"runs names two runs of the label {label!r}; give each its own as "
                f"runs='{{MIMIC-III: {folder}, ...}}'"
            )
        places[place] = label
        labels[label] = str(Path(folder).expanduser())
    return labels


def read_manifests(runs: Mapping[str, str]) -> list[RunManifest]:
    """Read the manifest of each run.

    Parameters
    ----------
    runs : mapping of str to str
        Folder by label: the ``output.root`` of a run, or the results folder itself, which may have been copied from
        elsewhere.

    Raises
    ------
    InputError
        If a folder holds no finished run, a manifest is none or of another version, or no task is shared.
    """
    found = [_read(label, Path(folder)) for label, folder in runs.items()]
    if not shared_tasks(found):
        told = "; ".join(f"{run.label} has {', '.join(run.tasks) or 'no finished task'}" for run in found)
        raise InputError(
            f"runs: no task is in two of the runs ({told}); tasks are matched by their names, so run the same task "
            "under one name"
        )
    return found


def shared_tasks(runs: Sequence[RunManifest]) -> list[str]:
    """Tasks that at least two runs have, in the order in which they appear."""
    names = dict.fromkeys(name for run in runs for name in run.tasks)
    return [name for name in names if sum(name in run.tasks for run in runs) >= FEWEST]


def _own_names(folders: Sequence[str]) -> list[str]:
    """Name each run by its folder, with as many folders above as it takes to tell it from the others."""
    paths = [Path(folder).expanduser().resolve() for folder in folders]
    parts = [(path.parent if path.name == RESULTS else path).parts for path in paths]
    lengths = [1] * len(parts)
    while True:
        names = ["/".join(own[-length:]) for own, length in zip(parts, lengths, strict=True)]
        folded = [name.casefold() for name in names]
        longer = [
            min(length + (folded.count(name) > 1), len(own))
            for own, length, name in zip(parts, lengths, folded, strict=True)
        ]
        if longer == lengths:
            return names
        lengths = longer


def _read(label: str, folder: Path) -> RunManifest:
    place = next((path for path in (folder / RESULTS, folder) if (path / MANIFEST).is_file()), None)
    if place is None:
        raise InputError(
            f"runs: {folder} holds no finished run (no {RESULTS}/{MANIFEST}); name the output.root of a run that has "
            "written its report"
        )
    file = place / MANIFEST
    try:
        text = file.read_bytes()
        content = json.loads(text)
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}); make it readable") from None
    except ValueError:
        raise InputError(f"{file} is no manifest of a run; make the report of that run again") from None
    missing = _missing(content)
    if missing:
        raise InputError(
            f"{file} lacks {missing}: it is of another version of synthsize; make the report of that run again"
        )
    return RunManifest(label, place, content, hashlib.sha256(text).hexdigest())


def _missing(content: Any) -> str:
    """Name the first key that a manifest lacks; empty if it has all that is read."""
    if not isinstance(content, dict):
        return "all its keys"
    config = content.get("config")
    lacking = [key for key in KEYS if key not in content]
    if not lacking and isinstance(config, dict):
        lacking = [f"config.{name}" for name in SECTIONS if not isinstance(config.get(name), dict)]
        experiment = config.get("experiment") or {}
        lacking += [
            f"config.experiment.{name}"
            for name in ("classifiers", "generators")
            if not lacking and not isinstance(experiment.get(name), dict)
        ]
    return lacking[0] if lacking else ""
