"""Where the raw tables of an extract lie: one file each, or many that a pattern finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from synthsize.errors import InputError
from synthsize.extract.source import RawTable, Source

EXTENSIONS = (".csv", ".csv.gz", ".parquet")


@dataclass(frozen=True)
class TableFiles:
    """The files of one raw table, which reads as what a message may call it.

    Attributes
    ----------
    parts : tuple of Path
        One or more, sorted, each with all columns.
    folder : Path
        Of the extract.
    pattern : str
        That found them, below the folder.
    """

    parts: tuple[Path, ...]
    folder: Path
    pattern: str

    @classmethod
    def of_one(cls, file: Path) -> TableFiles:
        """Return a table in one file."""
        return cls((file,), file.parent, file.name)

    @property
    def name(self) -> str:
        """Path below the extract's folder, or the pattern with the number of files."""
        if len(self.parts) == 1:
            return self.parts[0].relative_to(self.folder).as_posix()
        return f"{self.pattern} ({len(self.parts):,} files)"

    @property
    def bytes(self) -> int:
        """Size of all parts together."""
        return sum(part.stat().st_size for part in self.parts)

    @property
    def format(self) -> str:
        """Extension of the parts, such as ``"csv.gz"``."""
        return self.parts[0].name.lower().partition(".")[2]

    def __str__(self) -> str:
        """Name with the folder."""
        return str(self.folder / self.name)


def find_tables(source: Source, path: Path) -> dict[str, TableFiles]:
    """Files of each logical table in the extract's folder, by directory listings alone.

    A table's patterns (`RawTable.files`) are alternatives. Letter case does not matter; a pattern without an extension
    takes ``.csv``, ``.csv.gz`` and ``.parquet``.

    Parameters
    ----------
    source : Source
    path : Path
        Folder of the raw extract.

    Returns
    -------
    dict of str to TableFiles
        Optional tables that are absent are left out.

    Raises
    ------
    InputError
        If the folder or a required table is missing, or two files offer themselves for one table.
    """
    if not path.is_dir():
        raise InputError(
            f"source.path {path} is not a folder; point it at the folder that holds the extract's tables"
        )
    found = {name: _find_table(table, path) for name, table in source.tables.items()}
    return {name: files for name, files in found.items() if files is not None}


def _find_table(table: RawTable, folder: Path) -> TableFiles | None:
    offers = {pattern: tuple(_matching(folder, pattern)) for pattern in table.files}
    offers = {pattern: parts for pattern, parts in offers.items() if parts}
    _refuse_two(offers, folder)
    for pattern, parts in offers.items():
        return TableFiles(parts, folder, pattern)
    if table.optional:
        return None
    wanted = " or ".join(_described(pattern) for pattern in table.files)
    raise InputError(
        f"{folder} holds no {table.name.upper()} table ({wanted}); add the file or correct source.path"
    )


def _described(pattern: str) -> str:
    return (
        pattern if _has_extension(pattern) else f"{pattern}{', '.join(EXTENSIONS[:-1])} or {EXTENSIONS[-1]}"
    )


def _refuse_two(offers: dict[str, tuple[Path, ...]], folder: Path) -> None:
    """Stop if several patterns found something, or one found the same part in two formats."""
    rivals = [parts[0] for parts in offers.values()]
    if len(rivals) < 2:
        stems: dict[str, list[Path]] = {}
        for part in next(iter(offers.values()), ()):
            stems.setdefault(f"{part.parent}/{part.name.lower().partition('.')[0]}", []).append(part)
        rivals = next((same for same in stems.values() if len(same) > 1), [])
    if len(rivals) > 1:
        listed = " and ".join(part.relative_to(folder).as_posix() for part in rivals)
        raise InputError(f"{folder} holds {listed} for one table; keep only one of them")
    formats = {part.name.lower().partition(".")[2]: part.name for parts in offers.values() for part in parts}
    if len(formats) > 1:
        raise InputError(
            f"{folder} holds {' and '.join(formats.values())} for one table; give all its files one format"
        )


def _has_extension(pattern: str) -> bool:
    return "." in pattern.rpartition("/")[2]


def _matching(folder: Path, pattern: str) -> Iterator[Path]:
    head, slash, rest = pattern.partition("/")
    heads = [head] if slash or _has_extension(head) else [head + extension for extension in EXTENSIONS]
    for entry in sorted(folder.iterdir()):
        if any(fnmatchcase(entry.name.lower(), wanted.lower()) for wanted in heads):
            if slash and entry.is_dir():
                yield from _matching(entry, rest)
            elif not slash and entry.is_file():
                yield entry
