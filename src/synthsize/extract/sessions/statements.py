"""What the SQL of a source may hold: statements that select and define, and nothing that writes a file.

Whatever DuckDB may read it may also write, so that the SQL is judged before any of it runs. The type of a statement
does not show it: a WITH clause may hold a COPY, and some functions run SQL that is made as they run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from synthsize.errors import InputError
from synthsize.extract.definition.source import Source
from synthsize.extract.raw.faults import Statement

# MULTI: a PIVOT that finds its columns in the data. SET: of variables; settings are locked.
_ALLOWED = {
    duckdb.StatementType.CREATE,
    duckdb.StatementType.MULTI,
    duckdb.StatementType.SELECT,
    duckdb.StatementType.SET,
}
_RUN_TEXT = {"query", "json_execute_serialized_sql"}
_RULE = "the SQL of a source may SELECT, CREATE and SET VARIABLE, and writes no file"
_INSTEAD = {
    "INSERT": "give CREATE TABLE ... AS all rows at once, as in SELECT ... UNION ALL FROM (VALUES ...)",
    "UPDATE": "write the new value in the SELECT, as CASE WHEN ... THEN ... END",
    "DELETE": "leave the rows out in the SELECT, by WHERE",
    "MERGE_INTO": "write the merged rows as one SELECT with a JOIN",
    "ALTER": "write CREATE OR REPLACE with the columns as they should be",
    "DROP": "write CREATE OR REPLACE, or let it stand: all ends with the session",
}


def placed(file: Path, text: str, statements: Sequence[duckdb.Statement]) -> list[Statement]:
    """Find the lines of each statement of a file."""
    found, position = [], 0
    for statement in statements:
        query = statement.query.strip()
        start = max(text.find(query, position), position)
        position = start + len(query)
        first, last = (text.count("\n", 0, end) + 1 for end in (start, position))
        found.append(Statement(file, text, first, last))
    return found


def refuse_types(statements: Sequence[duckdb.Statement], places: Sequence[Statement]) -> None:
    """Stop at a statement that does more than select or define.

    Raises
    ------
    InputError
        With its file and line.
    """
    for statement, place in zip(statements, places, strict=True):
        if statement.type not in _ALLOWED:
            kind = statement.type.name
            first_word = next((word.upper() for word, _ in _words(statement.query)), kind)
            shown = kind if first_word == "WITH" else first_word
            remedy = _INSTEAD.get(kind, "remove it")
            raise InputError(f"{place.place_of(None)}: {shown} is not allowed; {_RULE}; {remedy}")


def refuse_writing(file: Path, text: str) -> None:
    """Stop at a COPY inside another statement, and at functions that run SQL which the file does not show.

    Raises
    ------
    InputError
        With file and line.
    """
    words = list(_words(text))
    for (word, line), (following, _) in zip(words, [*words[1:], ("", 0)], strict=True):
        function = word.strip('"').lower()
        if word.lower() == "copy":
            raise InputError(
                f'{file}, line {line}: COPY is not allowed; {_RULE}; remove it (write a column\'s name as "copy")'
            )
        if function in _RUN_TEXT and following.startswith("("):
            raise InputError(f"{file}, line {line}: {function}() is not allowed; {_RULE}; remove it")


def refuse_undeclared(source: Source, step: str, file: Path, text: str) -> None:
    """Stop at a table that the SELECT of a step reads and whose `read_by` lacks it: its changes would pass unseen.

    Tables that `views.sql` reads are not looked at; each step that uses such a view has to stand in their `read_by`.

    Raises
    ------
    InputError
        With file and line, and the key to add to.
    """
    words = list(_words(text))
    for (schema, line), (dot, _), (name, _) in zip(words, words[1:], words[2:], strict=False):
        table = source.tables.get(name.strip('"').lower())
        if schema.lower() not in ("raw", "listed") or dot != "." or table is None:
            continue
        if step not in table.read_by:
            raise InputError(
                f"{file}, line {line}: table {table.name!r} is read, but {source.folder / 'source.yaml'} does not say "
                f"so; add {step} to tables.{table.name}.read_by, or a change of the table is not noticed"
            )


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Each word and mark of SQL outside of text and comments, with its line."""
    encoded = text.encode()
    tokens = duckdb.tokenize(text)
    ends = [position for position, _ in tokens[1:]] + [len(encoded)]
    for (start, kind), end in zip(tokens, ends, strict=True):
        if kind not in (duckdb.token_type.string_const, duckdb.token_type.comment):
            yield encoded[start:end].decode().strip(), encoded.count(b"\n", 0, start) + 1
