"""A source: the folder that describes one database and turns its tables into the canonical ones.

A source folder holds ``source.yaml`` (tables, columns, codes, releases), one SELECT each in ``admissions.sql``,
``measurements.sql`` and, if the database has discharge codes, ``diagnoses.sql`` (`selects` says which columns), and
``concepts/<set>.csv``; ``views.sql`` is there where the SELECTs build on the same views, ``release_checks.sql`` with
``published.csv`` where published totals exist to compare with. ``sources/template`` is what `new_source` copies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from synthsize.errors import InputError

SHIPPED = Path(__file__).parents[1] / "sources"
TEMPLATE = "template"  # beside the sources: the folder that a source of one's own begins with
VIEWS = "views.sql"
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
        Steps whose SQL reads the table: they run again when it changes. A SELECT that reads another one is refused
        (`sessions.statements.refuse_undeclared`).
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


def shipped_sources() -> list[str]:
    """Names of the sources of the package, sorted."""
    names = sorted(path.parent.name for path in SHIPPED.glob("*/source.yaml"))
    return [name for name in names if name != TEMPLATE]
