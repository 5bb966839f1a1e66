"""Controls: a file each in ``balance/controls``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthsize.catalogue.entries import ControlEntry
from synthsize.catalogue.literals import PACKAGE, check_keys, room_entries

FOLDER = PACKAGE / "balance/controls"
# Holds while the folder has no entry of its own.
_UNTIL_FILES: dict[str, dict[str, Any]] = {
    "none": {"label": "None (raw data)", "words": "the raw data"},
    "prior_shift": {
        "label": "Prior shift",
        "words": "the raw fit with its prior shifted to balanced classes",
    },
    "class_weight": {
        "label": "Class weights",
        "words": "class weights, which add up to the number of rows",
    },
    "weights": {
        "label": "Minority weights",
        "words": "minority weights at m = 1, which add up to more and so, at the same C, relax the penalty as "
        "synthetic rows do",
        "sized": True,
    },
    "random_oversample": {
        "label": "Random oversampling",
        "words": "random copies at m = 1",
        "sized": True,
    },
    "random_undersample": {
        "label": "Random undersampling",
        "words": "the majority thinned at random",
    },
    "threshold": {
        "label": "Tuned threshold",
        "words": "the raw fit with its threshold tuned out of fold, which decides but estimates no risk",
        "estimates_risk": False,
    },
}


def entries() -> Mapping[str, ControlEntry]:
    """All controls by name.

    Raises
    ------
    InputError
        If an entry has a key that is not known, or lacks one it needs.
    """
    literals = room_entries(FOLDER) or _UNTIL_FILES
    return {name: _own(name, dict(literal)) for name, literal in literals.items()}


def _own(name: str, literal: dict[str, Any]) -> ControlEntry:
    check_keys(literal, ControlEntry, f"{FOLDER / name}.py", also=("class", "function", "order"))
    for key in ("class", "function", "order"):
        literal.pop(key, None)
    return ControlEntry(**{"name": name, **literal})
