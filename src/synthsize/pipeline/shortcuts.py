"""The shortcuts whose price a run can measure: each changes one switch of the leak-free protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from synthsize.errors import InputError
from synthsize.pipeline.incomplete import PRICE
from synthsize.pipeline.own_tables import own_tables

Config = dict[str, Any]


class Switch(NamedTuple):
    """A configuration key, where the leak-free protocol has it, and where the shortcut turns it."""

    section: str
    key: str
    start: Any
    turned: Any

    def __str__(self) -> str:
        """Name the key as config.yaml does."""
        return f"{self.section}.{self.key}"


# The first four are what the published study did; its authors later kept the latest admission of each patient. The
# landmark is the remedy, not the shortcut: it drops admissions that end before the window does.
SHORTCUTS = {
    "imputation": Switch("protocol", "imputation", "train", "cohort"),
    "grouping": Switch("protocol", "group_by", "patient", "admission"),
    "item_ids": Switch("source", "concepts", "corrected", "paper"),
    "oracle": Switch("protocol", "oracle", "weighted", "undersampled"),
    "admissions": Switch("cohort", "admissions", "all", "latest"),
    "landmark": Switch("cohort", "landmark", False, True),
}
# Those that leave every admission in its split, so that both fits of a pair see the same patients.
SAME_ROWS = ("imputation", "item_ids", "oracle")
# Those that take admissions out of the cohort and change nothing else in the analysis tables.
COHORT_SHORTCUTS = ("admissions", "landmark")
# Those that extract other rows or values, which a run on the user's own tables cannot.
EXTRACTED = ("item_ids", *COHORT_SHORTCUTS)


def shortcut_configs(config: Mapping[str, Any], concept_sets: tuple[str, ...]) -> dict[str, Config]:
    """Return the run's configuration with one switch turned, for each shortcut whose price can be measured.

    Parameters
    ----------
    config : mapping
        As `pipeline.config.resolve` returns it.
    concept_sets : tuple of str
        Sets of item ids of the source.

    Returns
    -------
    dict of str to dict
        By shortcut, in the order of `SHORTCUTS`; empty unless ``protocol.price_shortcuts`` is on, and where
        their price is left out because one of them failed.

    Raises
    ------
    InputError
        If the run does not start from the leak-free protocol.
    """
    if not config["protocol"]["price_shortcuts"] or PRICE in config["reporting"]["left_out"]:
        return {}
    if config["protocol"]["preset"] != "leak_free":
        raise InputError(
            "protocol.price_shortcuts starts from the leak-free protocol; set protocol.preset to leak_free"
        )
    priced = set(SHORTCUTS) - set(unpriced_shortcuts(config, concept_sets))
    return {
        name: {**config, switch.section: {**config[switch.section], switch.key: switch.turned}}
        for name, switch in SHORTCUTS.items()
        if name in priced
    }


def unpriced_shortcuts(config: Mapping[str, Any], concept_sets: tuple[str, ...]) -> dict[str, str]:
    """Return the reason for each shortcut whose price cannot be measured in this run; see `shortcut_configs`."""
    reasons = {}
    for name, switch in SHORTCUTS.items():
        found = config[switch.section][switch.key]
        if name in EXTRACTED and own_tables(config):
            reasons[name] = "the tasks have tables of their own: nothing is extracted"
        elif found != switch.start:
            reasons[name] = f"{switch} is {found!r} in this run, not {switch.start!r}"
        elif name == "item_ids" and switch.turned not in concept_sets:
            reasons[name] = f"source {config['source']['name']!r} has no concept set {switch.turned!r}"
    return reasons
