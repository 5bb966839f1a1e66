"""The keys that an entry may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from synthsize.errors import InputError


def check_keys(entry: Mapping[str, Any], kind: Any, where: str, also: tuple[str, ...] = ()) -> None:
    """Reject an entry with an unknown key.

    Parameters
    ----------
    entry : mapping
    kind : type
        A dataclass, whose fields are the keys.
    where : str
        File or key of the configuration that holds the entry.
    also : tuple of str
        Further keys.

    Raises
    ------
    InputError
    """
    known = {field.name for field in fields(kind)} | set(also)
    unknown = sorted(set(entry) - known)
    if unknown:
        raise InputError(f"{where}: unknown key {unknown[0]!r} ; it may have {', '.join(sorted(known))}")
