"""Exact row counts compared with those of the releases that a source lists."""

from __future__ import annotations

from collections.abc import Mapping

from synthsize.errors import InputError
from synthsize.extract.definition.source import Release, Source


def identify_release(source: Source, rows: Mapping[str, int]) -> Release | None:
    """Return the release that agrees with most of the exact row counts, and with two at least; else None.

    Parameters
    ----------
    source : Source
    rows : dict of str to int
        Logical table -> exact number of rows.
    """

    def agreement(release: Release) -> int:
        return sum(release.rows.get(table) == count for table, count in rows.items())

    best = max(source.releases, key=agreement, default=None)
    return best if best is not None and agreement(best) >= 2 else None  # one count may agree by chance


def refuse_mixed_releases(
    source: Source, release: Release, counts: Mapping[str, int], tables: Mapping[str, object]
) -> None:
    """Stop at tables with the row count of another known release, whose keys may well fit.

    Parameters
    ----------
    source : Source
    release : Release
        Which the extract belongs to, by most of its tables.
    counts : dict of str to int
        Logical table -> exact number of rows.
    tables : dict
        Logical table -> what names it in the sentence, such as its files.

    Raises
    ------
    InputError
        Naming these tables and all releases.
    """
    strays: dict[str, list[str]] = {}
    for table, (count, _) in differing_counts(release, counts).items():
        others = [other.name for other in source.releases if other.rows.get(table) == count]
        if others:
            strays.setdefault(others[0], []).append(str(tables[table]))
    if strays:
        parts = [
            f"{' and '.join(of)} {'is' if len(of) == 1 else 'are'} of {name}" for name, of in strays.items()
        ]
        raise InputError(
            f"{', '.join(parts)} and the other tables are of {release.name}; give source.path tables of one release, "
            "or set source.accept_row_counts: true to go on with these"
        )


def differing_counts(release: Release, counts: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Exact and published rows of each table whose count is not that of the release.

    Parameters
    ----------
    release : Release
    counts : dict of str to int
        Logical table -> exact number of rows.

    Returns
    -------
    dict of str to (int, int)
        Logical table -> rows found, rows published. Tables that the release does not count are left out.
    """
    return {
        table: (count, release.rows[table])
        for table, count in counts.items()
        if table in release.rows and release.rows[table] != count
    }
