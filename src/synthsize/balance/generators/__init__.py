"""Nested generators of synthetic minority rows. A new one is a new file here and a line in `GENERATORS`."""

from __future__ import annotations

from copy import copy
from dataclasses import fields
from typing import Any

from synthsize.balance.generators.adasyn import Adasyn
from synthsize.balance.generators.base import Generator
from synthsize.balance.generators.borderline_smote import BorderlineSmote
from synthsize.balance.generators.imbalanced_learn import ImblearnGenerator
from synthsize.balance.generators.jitter import Jitter
from synthsize.balance.generators.random_oversample import RandomOversample
from synthsize.balance.generators.smote import Smote
from synthsize.errors import InputError

GENERATORS: dict[
    str, type[Adasyn] | type[BorderlineSmote] | type[Jitter] | type[RandomOversample] | type[Smote]
] = {
    "smote": Smote,
    "adasyn": Adasyn,
    "borderline_smote": BorderlineSmote,
    "jitter": Jitter,
    "random_oversample": RandomOversample,
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


def make_generator(kind: str | Generator | Any, **params: Any) -> Generator:
    """Make a generator to be fitted.

    Parameters
    ----------
    kind : {"smote", "adasyn", "borderline_smote", "jitter", "random_oversample"}, generator or over-sampler
        A name; a generator, of which a copy is made to be fitted anew; or an over-sampler of imbalanced-learn, to wrap.
    **params
        `k_neighbors`, `m_neighbors` or `scale`, as the generator of that name takes them.

    Raises
    ------
    InputError
        If the generator or one of its parameters does not exist, or the object cannot be a generator.
    """
    if isinstance(kind, str):
        return _make_named(kind, params)
    if params:
        raise InputError(
            f"parameter {min(params)!r} goes with a generator's name; set it on the object instead"
        )
    if isinstance(kind, Generator):
        return copy(kind)
    if not hasattr(kind, "fit_resample"):
        raise InputError(
            f"{kind!r} is no generator: give one of {', '.join(GENERATORS)} or an over-sampler of imbalanced-learn"
        )
    return ImblearnGenerator(kind)


def _make_named(name: str, params: dict[str, Any]) -> Generator:
    known = generator_parameters(name)
    unknown = sorted(set(params) - set(known))
    if unknown:
        raise InputError(
            f"generator {name!r} takes no parameter {unknown[0]!r}; it takes {', '.join(known) or 'none'}"
        )
    return GENERATORS[name](**params)
