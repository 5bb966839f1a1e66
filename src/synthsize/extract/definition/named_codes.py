"""Codes that a source names by their meaning, so that its SQL holds none and its tables are known to use them."""

from __future__ import annotations

import re

from synthsize.extract.definition.source import Codes, Source


def code_variables(source: Source) -> dict[str, list[int] | list[str] | str]:
    """Variables of the SQL: ``codes_of_<name>`` is the list of codes, or the pattern of how they begin."""
    return {f"codes_of_{codes.name}": _variable(source, codes) for codes in source.codes}


def _variable(source: Source, codes: Codes) -> list[int] | list[str] | str:
    if codes.begins_with:
        return f"^(?:{'|'.join(map(re.escape, codes.begins_with))})"
    is_integer = source.tables[codes.table].columns[codes.column] == "integer"
    return [int(code) for code in codes.any_of] if is_integer else list(codes.any_of)
