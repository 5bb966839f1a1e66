"""Which studies a run holds, with which settings and jobs; evaluated at each start of the workflow."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from synthsize.studies.engine.entry import read_entries, read_entry, settings_of


def study_settings(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the settings of every study of the run, in the order of the page.

    Parameters
    ----------
    config : mapping
        A configuration that fits config.schema.yaml.

    Raises
    ------
    InputError
        If a study or a setting does not exist, or a value is of the wrong kind.
    """
    section = config["studies"]
    for name in (*section["names"], *section["settings"]):
        read_entry(name)
    return {
        name: settings_of(entry, section["size"], section["settings"].get(name))
        for name, entry in read_entries().items()
        if not section["names"] or name in section["names"]
    }


def study_blocks(settings: Mapping[str, Any]) -> dict[str, list[int]]:
    """Replicates of each job, by block name; a name stays when more replicates are asked for."""
    count, size = settings["replicates"], settings["replicates_per_job"]
    return {f"{start:05d}": list(range(start, min(start + size, count))) for start in range(0, count, size)}


def without_replicates(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that a block depends on: asking for more replicates leaves finished blocks alone."""
    return {key: value for key, value in settings.items() if not key.startswith("replicates")}


def not_installed(study: str) -> list[str]:
    """Return packages of an extra that the study lacks: once they are installed its blocks are made anew."""
    packages = {package for needs in read_entry(study).needs.values() for package in needs}
    return sorted(package for package in packages if find_spec(package) is None)
