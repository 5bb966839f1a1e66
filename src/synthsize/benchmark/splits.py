"""Train/test splits and folds that keep patients (or admissions) whole and both classes on both sides."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold, StratifiedShuffleSplit

from synthsize.benchmark.seeds import sklearn_seed
from synthsize.errors import InputError

Rows = NDArray[np.intp]


class TooFewRows(InputError):
    """A task with too few patients or admissions of a class to be split."""


def unit_labels(groups: NDArray[np.int64], y: NDArray[np.int8]) -> tuple[Rows, NDArray[np.int8]]:
    """Give each row its unit, and each unit a label: positive when any of its rows is.

    Splitting units by their label does the work of a grouped stratified split at the speed of a plain one.

    Parameters
    ----------
    groups : ndarray of shape (n,)
        The unit (patient or admission) of each row.
    y : ndarray of shape (n,)

    Returns
    -------
    unit_of_row : ndarray of shape (n,)
        From 0, in the order of the unit ids.
    label_of_unit : ndarray of shape (units,)
    """
    ids, unit_of_row = np.unique(groups, return_inverse=True)
    positives = np.bincount(unit_of_row, weights=y, minlength=len(ids))
    return unit_of_row, (positives > 0).astype(np.int8)


def split_train_test(
    groups: NDArray[np.int64], y: NDArray[np.int8], test_size: float, seed: SeedSequence, task: str
) -> tuple[Rows, Rows]:
    """Draw one stratified split of the units.

    Returns
    -------
    train, test : ndarray of int
        Row numbers, increasing.

    Raises
    ------
    TooFewRows
        If either side would lack a class.
    """
    unit_of_row, labels = unit_labels(groups, y)
    splitter = StratifiedShuffleSplit(n_splits=1, test_size=test_size, random_state=sklearn_seed(seed))
    try:
        _, test_units = next(splitter.split(labels, labels))
    except ValueError as error:
        raise TooFewRows(_too_few(task, labels, "experiment.test_size")) from error
    in_test = np.isin(unit_of_row, test_units)
    for side in (y[in_test], y[~in_test]):
        if len(np.unique(side)) < 2:
            raise TooFewRows(_too_few(task, labels, "experiment.test_size"))
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)


def split_folds(
    groups: NDArray[np.int64], y: NDArray[np.int8], folds: int, seed: SeedSequence, task: str
) -> Iterator[tuple[Rows, Rows]]:
    """Yield (train, validation) row numbers, increasing, of each fold of one stratified K-fold over the units.

    Raises
    ------
    TooFewRows
        If a class has fewer units than folds.
    """
    unit_of_row, labels = unit_labels(groups, y)
    if np.bincount(labels, minlength=2).min() < folds:
        raise TooFewRows(_too_few(task, labels, f"experiment.vtss.folds ({folds})"))
    splitter = StratifiedKFold(n_splits=folds, shuffle=True, random_state=sklearn_seed(seed))
    for _, validation_units in splitter.split(labels, labels):
        held_out = np.isin(unit_of_row, validation_units)
        yield np.flatnonzero(~held_out), np.flatnonzero(held_out)


def _too_few(task: str, labels: NDArray[np.int8], key: str) -> str:
    positives, negatives = int(labels.sum()), int(len(labels) - labels.sum())
    return (
        f"task {task!r} has {positives} positive and {negatives} negative patients or admissions to split, too few "
        f"for {key}; lower it or leave the task out"
    )
