"""The run again with other penalties, for the choice among all recipes to tune C as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synthsize.errors import InputError
from synthsize.pipeline.incomplete import PENALTIES

Config = Mapping[str, Any]


@dataclass(frozen=True)
class Penalty:
    """One value of C.

    Attributes
    ----------
    C : float
    config : dict
        That of the run, with only the classifiers whose own C is another one, and with this C.
    """

    C: float
    config: Config

    @property
    def classifiers(self) -> list[str]:
        """Names of the classifiers that have this penalty besides their own."""
        return list(self.config["experiment"]["classifiers"])


def penalties(config: Config) -> dict[str, Penalty]:
    """Return the penalties of ``experiment.recipes.C`` by name, without those that are every classifier's own.

    Empty where recipes are not chosen, and where they are left out because one of them failed.

    Raises
    ------
    InputError
        If no classifier of the run has a parameter C.
    """
    experiment = config["experiment"]
    values = experiment["recipes"]["C"]
    if not values or not experiment["recipes"]["choose"] or PENALTIES in config["reporting"]["left_out"]:
        return {}
    penalised = {name: entry for name, entry in experiment["classifiers"].items() if "C" in entry["params"]}
    if not penalised:
        raise InputError(
            "experiment.recipes.C is given, but no entry of experiment.classifiers has a parameter C; leave it empty"
        )
    found = {}
    for C in sorted(map(float, values)):
        others = {
            name: {**entry, "params": {**entry["params"], "C": C}}
            for name, entry in penalised.items()
            if entry["params"]["C"] != C
        }
        if others:
            found[f"C{C:g}"] = Penalty(C, {**config, "experiment": {**experiment, "classifiers": others}})
    return found
