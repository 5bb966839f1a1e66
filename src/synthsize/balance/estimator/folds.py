"""The folds of VTSSClassifier."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, check_cv

from synthsize.balance.estimator.labelled import LabelledRows
from synthsize.balance.events import Event
from synthsize.balance.vtss import Fold
from synthsize.errors import InputError


def make_folds(
    cv: Any, n_repeats: int, rows: LabelledRows, groups: Any, seed: SeedSequence
) -> tuple[list[Fold], list[Event]]:
    """List all folds of all repeats.

    Parameters
    ----------
    cv : int, splitter or iterable of (train, validation)
        A number makes that many shuffled stratified folds, which keep groups together if there are any, anew in each
        repeat; fewer, recorded, if there are fewer minority rows. Anything else is used as it is, once.
    n_repeats : int
    rows : LabelledRows
    groups : array of shape (n,) or None
    seed : SeedSequence

    Returns
    -------
    folds : list of Fold
    events : list of Event

    Raises
    ------
    InputError
        If `cv` or `n_repeats` is impossible.
    """
    if not isinstance(n_repeats, numbers.Integral) or n_repeats < 1:
        raise InputError(f"n_repeats must be a whole number of at least 1, not {n_repeats!r}")
    events: list[Event] = []
    if isinstance(cv, numbers.Integral):
        n_folds = _fold_number(int(cv), int(rows.is_minority.sum()), events)
        splitters = [_stratified(n_folds, groups, _child(seed, repeat)) for repeat in range(n_repeats)]
    else:
        splitters = [check_cv(cv, rows.y, classifier=True)]
    folds = [
        Fold(repeat, fold, _row_numbers(train), _row_numbers(validation), _child(seed, repeat, fold))
        for repeat, splitter in enumerate(splitters)
        for fold, (train, validation) in enumerate(splitter.split(rows.X, rows.y, groups))
    ]
    return folds, events


def check_folds(folds: list[Fold], is_minority: NDArray[np.int8], needs_both_classes: bool) -> None:
    """Reject folds that cannot be fitted or scored.

    Raises
    ------
    InputError
        If there is no fold, a fold trains on one class only or has no row to validate on, or, where the criterion
        asks for both classes, validates on one class only.
    """
    if not folds:
        raise InputError("cv yields no folds; give a splitter with at least one")
    for fold in folds:
        where = f"fold {fold.fold + 1} of repeat {fold.repeat + 1}"
        missing = _missing_class(is_minority[fold.train])
        if missing:
            raise InputError(f"{where} has no {missing} row to train on: {_REMEDY}")
        if len(fold.validation) == 0:
            raise InputError(f"{where} has no row to validate on: {_REMEDY}")
        missing = _missing_class(is_minority[fold.validation])
        if missing and needs_both_classes:
            raise InputError(f"{where} has no {missing} row to validate on: {_REMEDY}")


_REMEDY = "use fewer folds, or a splitter that stratifies (with groups, StratifiedGroupKFold)"


def _missing_class(is_minority: NDArray[np.int8]) -> str | None:
    present = np.unique(is_minority)
    if len(present) == 2:
        return None
    return "minority" if 1 not in present else "majority"


def _fold_number(asked: int, n_minority: int, events: list[Event]) -> int:
    """Return as many folds as can each hold a minority row."""
    if asked < 2:
        raise InputError(f"cv must be at least 2 folds, not {asked}")
    if n_minority < asked:
        events.append(Event("fewer_folds", f"{n_minority} minority rows: folds {asked} -> {n_minority}"))
    return min(asked, n_minority)


def _stratified(n_folds: int, groups: Any, seed: SeedSequence) -> Any:
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    return kind(n_folds, shuffle=True, random_state=int(seed.generate_state(1)[0]))


def _row_numbers(rows: Any) -> NDArray[np.intp]:
    """Return row numbers as an array, also where a mask was given."""
    given = np.asarray(rows)
    return np.flatnonzero(given) if given.dtype == bool else given.astype(np.intp)


def _child(seed: SeedSequence, *key: int) -> SeedSequence:
    """Return the descendant of `seed` that `key` names, the same one at every call."""
    return SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, *key))
