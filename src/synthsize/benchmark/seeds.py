"""Every random stream of a benchmark, named by what it may depend on."""

from __future__ import annotations

import zlib

from numpy.random import SeedSequence

# The first word of each stream keeps streams of different use apart.
_SPLIT, _FOLDS, _SYNTHETIC, _ORACLE, _DIAGNOSIS, _LEARNER, _IMPUTATION = range(7)


def split_seed(seed: int, task: str, split: int) -> SeedSequence:
    """Name the outer split: the same for all classifiers, generators and multipliers."""
    return SeedSequence([seed, _SPLIT, _number(task), split])


def folds_seed(seed: int, task: str, split: int, repeat: int) -> SeedSequence:
    """Name the folds of one repeat: the same for all classifiers, generators and multipliers."""
    return SeedSequence([seed, _FOLDS, _number(task), split, repeat])


def synthetic_seed(seed: int, task: str, split: int, generator: str, repeat: int, fold: int) -> SeedSequence:
    """Name a synthetic stream: the same for all classifiers and multipliers; repeat = fold = -1 is the outer fit."""
    return SeedSequence([seed, _SYNTHETIC, _number(task), split, _number(generator), repeat + 1, fold + 1])


def learner_seed(seed: int, task: str, split: int, repeat: int, fold: int) -> SeedSequence:
    """Name what a learner draws in a fit: the same for all generators, sizes and controls."""
    return SeedSequence([seed, _LEARNER, _number(task), split, repeat + 1, fold + 1])


def oracle_seed(seed: int, task: str, split: int) -> SeedSequence:
    """Name the undersampling of a test set: the same for all classifiers and generators."""
    return SeedSequence([seed, _ORACLE, _number(task), split])


def diagnosis_seed(seed: int, task: str, split: int) -> SeedSequence:
    """Name the cross-fitting folds and synthetic rows of a diagnosis: the same for all generators."""
    return SeedSequence([seed, _DIAGNOSIS, _number(task), split])


def imputation_seed(seed: int, task: str, split: int, number: int) -> SeedSequence:
    """Name the draws of one completed data set: the same for all classifiers and generators."""
    return SeedSequence([seed, _IMPUTATION, _number(task), split, number])


def sklearn_seed(sequence: SeedSequence) -> int:
    """Return the 32-bit number that scikit-learn's splitters take."""
    return int(sequence.generate_state(1)[0])


def _number(name: str) -> int:
    """Hash a name the same way in every process, unlike `hash`."""
    return zlib.crc32(name.encode("utf-8"))
