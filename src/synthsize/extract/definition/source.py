"""A source: the folder that describes one database and turns its tables into the canonical ones.

A source folder holds ``source.yaml`` (tables, columns, codes, releases), one SELECT each in ``admissions.sql``,
``measurements.sql`` and, if the database has discharge codes, ``diagnoses.sql`` (`selects` says which columns), and
``concepts/<set>.csv``; ``views.sql`` is there where the SELECTs build on the same views, ``release_checks.sql`` with
``published.csv`` where published totals exist to compare with. ``sources/template`` is what `new_source` copies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthsize.errors import InputError
from synthsize.extract.definition.description import read_description

SHIPPED = Path(__file__).parents[1] / "sources"
TEMPLATE = "template"  # beside the sources: the folder that a source of one's own begins with
REQUIRED_FILES = ("source.yaml", "admissions.sql", "measurements.sql")
VIEWS = "views.sql"
COLUMN_KINDS = ("integer", "number", "timestamp", "date", "text")
STEPS = {  # that read raw tables, with their SQL
    "admissions": "admissions.sql",
    "diagnoses": "diagnoses.sql",
    "measurements": "measurements.sql",
    "release": "release_checks.sql",
}


@dataclass(frozen=True)
class RawTable:
    """What a source's SQL needs of one raw table.

    Attributes
    ----------
    name : str
        Logical name.
    files : tuple of str
        Patterns below the extract's folder, one of which finds the table; by default its name (`tables.find_tables`).
    columns : dict of str to {"integer", "number", "timestamp", "date", "text"}
        Columns that the SQL reads, lower case. A timestamp needs a time of day, a date may have one.
    filled : tuple of str
        Columns that may not be empty.
    unique : str or None
        Column whose values may not repeat.
    refers_to : dict of str to str
        Column -> table whose unique column holds every value of it, or ``table.column`` for a column that repeats.
    values : dict of str to tuple of str
        Column -> what it may hold if it is not empty, in any letter case.
    item : str or None
        Column that the items of a concept set are compared with: `listed.<table>` holds the rows of those.
    unit_after : str or None
        What stands between an item and its unit, where the item's column holds both: rows of a listed item in a unit
        that is not listed are counted, as `unknown_unit`.
    named_by_file : str or None
        Column that a file may lack, being the file's own name without extension.
    may_lack : tuple of str
        Columns that the files may lack: they are empty then.
    optional : bool
        Whether the extraction runs without the table.
    large : bool
        Whether the table is too large to be read during the preflight.
    read_by : tuple of {"admissions", "diagnoses", "measurements", "release"}
        Steps whose SQL reads the table: they run again when it changes.
    """

    name: str
    columns: Mapping[str, str]
    files: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    unique: str | None = None
    refers_to: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    item: str | None = None
    unit_after: str | None = None
    named_by_file: str | None = None
    may_lack: tuple[str, ...] = ()
    optional: bool = False
    large: bool = False
    read_by: tuple[str, ...] = tuple(STEPS)


@dataclass(frozen=True)
class Codes:
    """Codes with one meaning in one column, which the SQL reads as the variable ``codes_of_<name>``.

    Attributes
    ----------
    name : str
    table, column : str
        Where they stand.
    any_of : tuple of str
        The codes themselves, for ``list_contains``; or
    begins_with : tuple of str
        how they begin, which becomes one pattern for ``regexp_matches``.
    required : bool
        Whether a column without any of them is refused.
    """

    name: str
    table: str
    column: str
    any_of: tuple[str, ...] = ()
    begins_with: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Release:
    """Row counts of a published release, and what the preflight says when a table matches it."""

    name: str
    verdict: str
    rows: Mapping[str, int]


@dataclass(frozen=True)
class Source:
    """A described database.

    Attributes
    ----------
    name : str
        As in ``source.name`` of the configuration.
    folder : Path
        Where the SQL files and concept sets lie.
    clock : str
        What hours are counted from, in the words of the report.
    tables : dict of str to RawTable
    releases : tuple of Release
    signs_of_other_release : dict of str to str
        Column -> the database that has it, to explain a missing column.
    codes : tuple of Codes
    observed_hours : float or None
        How long after that the database goes on; None: as long as the stay.
    expected_admissions : int or None
        About how many the database has in its cohort, for the plan of a run before they are counted; None: unknown.
    schemas : tuple of str
        Schemas of a server that usually hold it, which come first where others have tables of the same names.
    """

    name: str
    folder: Path
    clock: str
    tables: Mapping[str, RawTable]
    releases: tuple[Release, ...]
    signs_of_other_release: Mapping[str, str]
    codes: tuple[Codes, ...] = ()
    observed_hours: float | None = None
    expected_admissions: int | None = None
    schemas: tuple[str, ...] = ()

    @property
    def has_diagnoses(self) -> bool:
        """Whether the database has discharge codes."""
        return (self.folder / "diagnoses.sql").is_file()

    @property
    def steps(self) -> list[str]:
        """Steps whose SQL the folder holds."""
        return [step for step in STEPS if (self.folder / STEPS[step]).is_file()]

    def sql_files(self, step: str) -> list[Path]:
        """Return the SQL of a step, in the order in which it runs."""
        return [file for file in (self.folder / VIEWS, self.folder / STEPS[step]) if file.is_file()]

    @property
    def is_shipped(self) -> bool:
        """Whether the source belongs to the package."""
        return self.folder.parent == SHIPPED

    def to_edit(self, file: str) -> str:
        """Name a file of the folder for a person who is to change it: of a source of the package, that of a copy.

        Parameters
        ----------
        file : str
            Path below the folder.
        """
        if self.is_shipped:
            return f"{file} of a copy (`synthsize new-source DIR --from {self.name}`)"
        return str(self.folder / file)

    def tables_read_by(self, step: str) -> list[str]:
        """Names of the tables that a step reads."""
        return [name for name, table in self.tables.items() if step in table.read_by]

    def concept_file(self, name: str) -> Path:
        """CSV file of a concept set.

        Raises
        ------
        InputError
            If the source has no set of this name.
        """
        if name not in self.concept_sets:
            known = ", ".join(self.concept_sets)
            raise InputError(f"source.concepts {name!r} is no concept set of {self.name}; use one of {known}")
        return self.folder / "concepts" / f"{name}.csv"

    @property
    def concept_sets(self) -> tuple[str, ...]:
        """Names of the concept sets, sorted."""
        return tuple(sorted(path.stem for path in self.folder.glob("concepts/*.csv")))

    def identify_release(self, rows: Mapping[str, int]) -> Release | None:
        """Return the release that agrees with most of the exact row counts, and with two at least; else None.

        Parameters
        ----------
        rows : dict of str to int
            Logical table -> exact number of rows.
        """

        def agreement(release: Release) -> int:
            return sum(release.rows.get(table) == count for table, count in rows.items())

        best = max(self.releases, key=agreement, default=None)
        return best if best is not None and agreement(best) >= 2 else None  # one count may agree by chance


def shipped_sources() -> list[str]:
    """Names of the sources of the package, sorted."""
    names = sorted(path.parent.name for path in SHIPPED.glob("*/source.yaml"))
    return [name for name in names if name != TEMPLATE]


def load_source(name: str | Path) -> Source:
    """Read the description of a source.

    Parameters
    ----------
    name : str or Path
        A source of the package (``"mimic3"``) or the path of a folder of one's own.

    Raises
    ------
    InputError
        If there is no such source, or its folder lacks a file or describes a table badly.
    """
    folder = SHIPPED / name if str(name) in shipped_sources() else Path(name)
    if not folder.is_dir():
        raise InputError(
            f"source.name {str(name)!r} is neither a source of the package ({', '.join(shipped_sources())}) nor a "
            "folder; correct source.name"
        )
    missing = [file for file in REQUIRED_FILES if not (folder / file).is_file()]
    if not any(folder.glob("concepts/*.csv")):
        missing.append("concepts/<set>.csv")
    if missing:
        raise InputError(
            f"source folder {folder} lacks {', '.join(missing)}; add it (`synthsize new-source DIR` writes a template)"
        )
    description = read_description(folder / "source.yaml")
    source = Source(
        name=description["name"],
        folder=folder,
        clock=description["clock"],
        tables={key: _raw_table(key, entry, folder) for key, entry in description["tables"].items()},
        releases=tuple(
            Release(key, entry["verdict"], entry["rows"])
            for key, entry in description.get("releases", {}).items()
        ),
        signs_of_other_release=description.get("signs_of_other_release", {}),
        codes=tuple(_codes(key, entry) for key, entry in description.get("codes", {}).items()),
        schemas=tuple(description.get("schemas", ())),
        **{key: description[key] for key in ("observed_hours", "expected_admissions") if key in description},
    )
    _check_tables(source)
    _check_codes(source)
    return source


def _raw_table(name: str, entry: Mapping[str, Any], folder: Path) -> RawTable:
    lists = {key: tuple(entry[key]) for key in ("files", "filled", "may_lack", "read_by") if key in entry}
    values = {column: tuple(map(str, allowed)) for column, allowed in entry.get("values", {}).items()}
    table = RawTable(name=name, **{"files": (name,), **entry, **lists, "values": values})
    for column, kind in table.columns.items():
        if kind not in COLUMN_KINDS:
            raise InputError(
                f"{folder / 'source.yaml'}: column {name}.{column} has type {kind!r}; "
                f"use one of {', '.join(COLUMN_KINDS)}"
            )
    return table


def _codes(name: str, entry: Mapping[str, Any]) -> Codes:
    table, _, column = entry["column"].partition(".")
    lists = {key: tuple(map(str, entry.get(key, ()))) for key in ("any_of", "begins_with")}
    return Codes(name, table, column, **lists, required=entry.get("required", False))


def _named_columns(table: RawTable) -> Iterator[tuple[str, str]]:
    """Each column that a key of the description names, with the key."""
    for key in ("filled", "refers_to", "values", "may_lack"):
        yield from ((key, column) for column in getattr(table, key))
    for key in ("unique", "item", "named_by_file"):
        if getattr(table, key) is not None:
            yield key, getattr(table, key)


def _check_tables(source: Source) -> None:
    """Refuse unknown columns, references to no key, and steps that are unknown or would run without a raw table."""
    file = source.folder / "source.yaml"
    steps = list(STEPS)
    for name, table in source.tables.items():
        for key, column in _named_columns(table):
            if column not in table.columns:
                raise InputError(
                    f"{file}: tables.{name}.{key} names {column!r}, which is no column of the table; "
                    f"use one of {', '.join(table.columns)}, or add it to columns"
                )
        unknown = [step for step in table.read_by if step not in STEPS]
        if unknown:
            raise InputError(
                f"{file}: table {name!r} is read_by {unknown[0]!r}; use {', '.join(steps[:-1])} or {steps[-1]}"
            )
        for parent in table.refers_to.values():
            _check_parent(source, name, parent)
    for step in source.steps:
        if all(source.tables[name].optional for name in source.tables_read_by(step)):
            raise InputError(
                f"{file}: no table that must be there is read_by {step!r}; add the step to the tables its SQL reads"
            )


def _check_parent(source: Source, name: str, parent: str) -> None:
    table, dot, column = parent.partition(".")
    known = source.tables.get(table)
    if known is None or (column not in known.columns if dot else known.unique is None):
        kind = "no column" if dot else "no table with a unique column"
        raise InputError(
            f"{source.folder / 'source.yaml'}: table {name!r} refers to {parent!r}, which is {kind}; correct refers_to"
        )


def _check_codes(source: Source) -> None:
    """Refuse codes of an unknown column, and those that are given in neither or both of the two ways."""
    file = source.folder / "source.yaml"
    for codes in source.codes:
        table = source.tables.get(codes.table)
        if table is None or codes.column not in table.columns:
            raise InputError(
                f"{file}: codes.{codes.name}.column is {codes.table}.{codes.column}, which is no column of tables; "
                "write table.column"
            )
        if bool(codes.any_of) == bool(codes.begins_with):
            raise InputError(f"{file}: codes.{codes.name} needs any_of or begins_with, and not both")
        if (
            codes.any_of
            and table.columns[codes.column] == "integer"
            and not all(map(_is_integer, codes.any_of))
        ):
            raise InputError(f"{file}: codes.{codes.name}.any_of must hold whole numbers, as the column does")


def _is_integer(text: str) -> bool:
    return text.removeprefix("-").isdecimal()
