"""Parameters as text, by the templates of catalogue entries."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from synthsize.kinds import as_yaml


class _Words(Formatter):
    """Takes ``{trees:tree/trees}`` for a number with its noun; values that are no numbers are written as in YAML."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Format one value."""
        one, either, many = format_spec.partition("/")
        if either:
            return f"{in_yaml(value)} {one if value == 1 else many}"
        return str(super().format_field(in_yaml(value) if not format_spec else value, format_spec))


def in_yaml(value: Any) -> str:
    """Write a value as in a configuration: null, true, [32, 16]."""
    return as_yaml(value).strip()


def settings_in_words(template: str, params: Mapping[str, Any]) -> str:
    """Describe parameters as text.

    Parameters
    ----------
    template : str
        As `str.format` takes it; a noun in both numbers may stand behind a colon, as in ``{trees:tree/trees}``. If it
        is empty, parameters are listed by name.
    params : mapping
        Value by name.
    """
    if template:
        return _Words().format(template, **params)
    return ", ".join(f"{name} = {in_yaml(value)}" for name, value in params.items())
