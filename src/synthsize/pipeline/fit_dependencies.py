"""What the fits of a classifier and a generator depend on besides data and settings: files, and package versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import packages_distributions, version
from typing import Any

from synthsize.catalogue import generators
from synthsize.packages import FITTING, deciding_packages
from synthsize.pipeline import external
from synthsize.pipeline.brought import brought_files, brought_packages
from synthsize.pipeline.strategies import drawn_by, entry_of


def made_of(kind: str, name: str, spec: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return what decides the fits of a classifier or generator: modules of the package, and other files.

    Parameters
    ----------
    kind : {"classifiers", "generators"}
    name : str
    spec : dict
        As `named.read_classifiers` or `named.read_generators` returns it.
    """
    if spec["class"] is None:
        folder = "learners" if kind == "classifiers" else kind
        return [f"balance.{folder}.{name}"], []
    if spec["class"] in external.CLASSES:
        return [spec["class"].removeprefix("synthsize.").rpartition(".")[0]], external.files(spec)
    return [], brought_files(spec["class"])


def fit_versions(
    config: Mapping[str, Any], classifier: str | None = None, generator: str | None = None
) -> dict[str, str]:
    """Return the versions of the packages that decide the fits of one cell.

    Those that take part in every fit, and those of the named classifier and generator: what their classes import where
    they are brought by import path, and `deciding_packages` of a generator of the catalogue. What else the run names
    has no part in it, so that adding a generator with packages of its own leaves all other cells as they are.

    Parameters
    ----------
    config : mapping
        As `pipeline.config.resolve` returns it.
    classifier, generator : str, optional
        Of the cell, as far as it has them. A generator with a strategy has the packages of the one it draws from.

    Returns
    -------
    dict of str to str
        Version by name of the package, in alphabetical order.
    """
    experiment = config["experiment"]
    entries = [
        entry_of(experiment[kind], name)
        for kind, name in (("classifiers", classifier), ("generators", generator))
        if name is not None
    ]
    brought = {entry["class"] for entry in entries if entry["class"]}.difference(external.CLASSES)
    needed = (
        _extras(generator, entry_of(experiment["generators"], generator)) if generator is not None else ()
    )
    tops = frozenset(top for path in brought for top in brought_packages(path))
    return dict(_versions(tops, tuple(needed)))


def run_versions(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the packages that decide any fit of a run; see `fit_versions`."""
    experiment = config["experiment"]
    of_learners = [fit_versions(config, name) for name in experiment["classifiers"]]
    of_generators = [fit_versions(config, generator=name) for name in experiment["generators"]]
    return {name: number for found in (*of_learners, *of_generators) for name, number in found.items()}


def _extras(name: str, spec: Mapping[str, Any]) -> Sequence[str]:
    """Name the packages that a generator of the catalogue needs beyond those that are always installed."""
    entry = generators.entries().get(drawn_by({name: spec}, name)) if spec["class"] is None else None
    return entry.needs if entry else ()


@cache  # called for every job of a run; finding the packages' distributions takes tenths of a second
def _versions(tops: frozenset[str], needed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the versions of the packages of every fit, of those that own the modules named, and of those needed."""
    owners = packages_distributions() if tops else {}
    names = {*FITTING, *deciding_packages(needed), *(name for top in tops for name in owners.get(top, []))}
    return tuple((name, version(name)) for name in sorted(names))
