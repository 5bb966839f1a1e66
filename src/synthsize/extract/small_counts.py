"""Counts and shares in words, with those of a few admissions suppressed."""

from __future__ import annotations

FEW = 10  # counts from 1 to below it are not shown, as reporting.suppress_below has it by default


def is_few(count: int) -> bool:
    """Whether a count is so small that it is not shown."""
    return 0 < count < FEW


def share(count: int, total: int) -> str:
    """State how many of a total, so that neither they nor the others are counted if they are few."""
    if is_few(total):
        return f"{'none' if count == 0 else 'all' if count == total else 'some'} of fewer than {FEW}"
    if count in (0, total):
        return f"{'none' if count == 0 else 'all'} of {_about(total)}"
    if is_few(count):
        return f"fewer than {FEW} of {_about(total)}"
    if is_few(total - count):
        return f"all but fewer than {FEW} of {_about(total)}"
    return f"{percent(count / total)} of {_about(total)}"


def _about(total: int) -> str:
    """Write a total to tens: two totals of one extract that differ by a few would reveal how many these are."""
    return f"about {round(total, -1):,}" if total % 10 else f"{total:,}"


def percent(part: float) -> str:
    """Write a share between 0 and 1 as whole percents that are 0 or 100 only if the share is."""
    if 0 < part < 0.005:
        return "less than 1%"
    if 0.995 <= part < 1:
        return "more than 99%"
    return f"{part:.0%}"


def rows_in_words(rows: int) -> str:
    """State how many rows, without the number of a few."""
    return f"fewer than {FEW} rows" if is_few(rows) else f"{rows:,} rows"
