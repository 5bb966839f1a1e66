"""Generators whose rows come from outside: a command that is run, or a folder of rows made beforehand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synthsize.benchmark.external.words import named_files
from synthsize.catalogue import generators
from synthsize.errors import InputError
from synthsize.parameters import settings_in_words
from synthsize.pipeline.command_words import check_command
from synthsize.pipeline.schema import read_text

KEYS = ("command", "pool", "timeout_minutes")
COMMAND = "synthsize.benchmark.external.command.CommandGenerator"
POOL = "synthsize.benchmark.external.pool.PoolGenerator"
CLASSES = (COMMAND, POOL)
TIMEOUT_MINUTES = 60.0
RUN_SERVES = 2.0  # multiplier; see `CommandGenerator`
WORDS = {
    COMMAND: "takes rows from a command of this run's configuration, which are taken to be exchangeable: a smaller "
    "size is the first of them in a random order",
    POOL: "takes rows that were made beforehand, from what is not checked (had test patients a part in it, its results "
    "are too good)",
}
# Of an over-sampler of imbalanced-learn, by the name of its class.
SAMPLER_WORDS = (
    "takes rows of {}, one run for all sizes of a grid: a smaller size is a random part of that run, which has the "
    "sampler's law only where it draws rows independently"
)


def is_external(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of the configuration names a command or a pool."""
    return any(entry.get(key) is not None for key in KEYS)


def with_class(entry: Mapping[str, Any], key: str, kind: str) -> dict[str, Any]:
    """Turn an entry that names a command or a pool into one that names the class that reads from it.

    Parameters
    ----------
    entry : mapping
        As the schema lets it pass.
    key : str
        Its key in the configuration.
    kind : {"classifiers", "generators"}

    Returns
    -------
    dict
        With ``class`` and ``params``, and ``words`` and ``settings`` as the catalogue takes them.

    Raises
    ------
    InputError
        If keys exclude each other, it is no generator, or the command names a program or script that does not
        exist.
    """
    if kind != "generators":
        raise InputError(f"{key}: a command or a pool makes synthetic rows; move it to experiment.generators")
    ways = [name for name in ("class", "command", "pool") if entry.get(name) is not None]
    if len(ways) != 1:
        said = " and ".join(ways) or "timeout_minutes"
        raise InputError(f"{key} has {said}; give it one of class, command and pool")
    made = _pool_entry(entry, key) if ways == ["pool"] else _command_entry(entry, key)
    return {name: value for name, value in entry.items() if name not in KEYS} | made


def _pool_entry(entry: Mapping[str, Any], key: str) -> dict[str, Any]:
    given = _given(entry)
    if given or entry.get("timeout_minutes") is not None:
        unused = "params" if given else "timeout_minutes"
        raise InputError(f"{key}.{unused}: rows made beforehand take none; remove it")
    params = {"pool": str(Path(entry["pool"]).expanduser()), "name": str(entry["name"])}
    return {"class": POOL, "params": params, "words": WORDS[POOL], "settings": "rows made beforehand"}


def _command_entry(entry: Mapping[str, Any], key: str) -> dict[str, Any]:
    words = [str(word) for word in entry["command"]]
    check_command(words, f"{key}.command")
    given, minutes = _given(entry), entry.get("timeout_minutes")
    params = {
        "command": words,
        "name": str(entry["name"]),
        "settings": given,
        "timeout_minutes": TIMEOUT_MINUTES if minutes is None else minutes,
    }
    # Not the command itself: the page must not show file paths.
    settings = ", ".join(filter(None, ["a command", settings_in_words("", given)]))
    shown = settings.replace("{", "{{").replace("}", "}}")
    return {"class": COMMAND, "params": params, "words": WORDS[COMMAND], "settings": shown}


def _given(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of an entry, read from text where they came as text."""
    given: dict[str, Any] = read_text(dict(entry.get("params") or {}), {"additionalProperties": {}})
    return given


def files(spec: Mapping[str, Any]) -> list[str]:
    """Files from which the rows of such a generator come: those that a command names, or those of a pool.

    Parameters
    ----------
    spec : mapping
        As `with_class` made it.
    """
    params = spec["params"]
    if spec["class"] == COMMAND:
        return [str(Path(file).absolute()) for file in named_files(params["command"])]
    # Imported only where there is a pool: pandas takes half a second.
    from synthsize.benchmark.external.pool import pool_files

    return [str(file.absolute()) for file in pool_files(params["pool"], params["name"])]


def longest_seconds(specs: Mapping[str, Mapping[str, Any]], largest: float) -> dict[str, float]:
    """Return the time limit of each command, for one training set.

    Parameters
    ----------
    specs : mapping of str to mapping
        Generators of a run by name, as `with_class` made them or otherwise.
    largest : float
        Largest multiplier of the run; one run of a command serves up to `RUN_SERVES`.

    Returns
    -------
    dict of str to float
        Seconds, of commands alone.
    """
    runs = max(1, math.ceil(largest / RUN_SERVES))
    return {
        name: 60.0 * float(spec["params"]["timeout_minutes"]) * runs
        for name, spec in specs.items()
        if spec["class"] == COMMAND
    }


def refitted(specs: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Names of the generators that learn from any rows, and quickly.

    Those of this package that state no cost, and brought classes: the diagnosis fits them more than a hundred times in
    each split.
    """
    known = generators.entries()
    costly = {name for name, entry in known.items() if entry.cost}
    return [name for name, spec in specs.items() if spec["class"] not in CLASSES and name not in costly]
