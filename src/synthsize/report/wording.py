"""Sentences about sample and interval that captions, headlines and sections share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from synthsize.report import style


def interval_words(interval: str) -> str:
    """Legend entry of a band."""
    return style.interval_label(interval)


def splits_in_words(counts: Iterable[float]) -> str:
    """State how many splits a figure is based on; a range where cells differ."""
    words = _range(counts)
    return f"{words or 'no'} split{'s' if words not in ('', '1') else ''}"


def sample_in_words(rows: pd.DataFrame) -> str:
    """State how many splits a figure is based on, and the rows of their sets.

    Parameters
    ----------
    rows : DataFrame
        Columns n_splits, n_train_mean and n_test_mean (rows of a set, mean over the splits of a cell).
    """
    splits = splits_in_words(rows["n_splits"])
    train, test = _range(rows["n_train_mean"]), _range(rows["n_test_mean"])
    if not train or not test:
        return splits
    each = " each" if splits != "1 split" else ""
    return f"{splits} with {train} training and {test} test rows{each}"


def in_a_row(words: Sequence[str]) -> str:
    """Join words by commas, or by semicolons where one of them holds a comma, the last by "and"."""
    if any("," in word for word in words):
        return "; and ".join(filter(None, ("; ".join(words[:-1]), words[-1])))
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _range(counts: Iterable[float]) -> str:
    """Smallest and largest of the counts that are known."""
    known = sorted({round(count) for count in counts if not pd.isna(count)})
    if not known:
        return ""
    return f"{known[0]:,}" if len(known) == 1 else f"{known[0]:,} to {known[-1]:,}"
