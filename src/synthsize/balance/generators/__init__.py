"""Nested generators of synthetic minority rows. A new one is a new file here and a line in `GENERATORS`."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from synthsize.balance.generators.adasyn import Adasyn
from synthsize.balance.generators.base import Generator
from synthsize.balance.generators.borderline_smote import BorderlineSmote
from synthsize.balance.generators.jitter import Jitter
from synthsize.balance.generators.smote import Smote
from synthsize.errors import InputError

GENERATORS: dict[str, type[Adasyn] | type[BorderlineSmote] | type[Jitter] | type[Smote]] = {
    "smote": Smote,
    "adasyn": Adasyn,
    "borderline_smote": BorderlineSmote,
    "jitter": Jitter,
}

__all__ = ["GENERATORS", "Generator", "generator_parameters", "make_generator"]


def generator_parameters(name: str) -> tuple[str, ...]:
    """Name the parameters that the generator `name` takes.

    Raises
    ------
    InputError
        If there is no such generator.
    """
    if name not in GENERATORS:
        raise InputError(f"there is no generator {name!r}; choose one of {', '.join(GENERATORS)}")
    return tuple(field.name for field in fields(GENERATORS[name]))


def make_generator(name: str, **params: Any) -> Generator:
    """Make an unfitted generator.

    Parameters
    ----------
    name : {"smote", "adasyn", "borderline_smote", "jitter"}
    **params
        `k_neighbors`, `m_neighbors` or `scale`, as the generator takes them.

    Raises
    ------
    InputError
        If the generator or one of its parameters does not exist.
    """
    known = generator_parameters(name)
    unknown = sorted(set(params) - set(known))
    if unknown:
        raise InputError(f"generator {name!r} takes no parameter {unknown[0]!r}; it takes {', '.join(known)}")
    return GENERATORS[name](**params)
