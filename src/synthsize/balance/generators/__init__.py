"""Nested generators of synthetic minority rows. A new one is one new file here, found by the ENTRY at its head."""

from __future__ import annotations

from copy import copy
from typing import Any

from synthsize.balance.generators.base import Generator
from synthsize.balance.generators.imbalanced_learn import ImblearnGenerator
from synthsize.balance.import_paths import check_values, import_named, make_checked
from synthsize.catalogue import generators as catalogue
from synthsize.errors import InputError

GENERATORS = tuple(catalogue.entries())

__all__ = ["GENERATORS", "Generator", "make_generator"]


def make_generator(kind: str | Generator | Any, import_path: str | None = None, **params: Any) -> Generator:
    """Make a generator to be fitted.

    Parameters
    ----------
    kind : str, generator or over-sampler
        A name of `GENERATORS`, or any name where `import_path` says what it stands for; a generator, of which a copy is
        made to be fitted anew; or an over-sampler of imbalanced-learn, to wrap.
    import_path : str, optional
        Class of a generator or of an over-sampler, such as ``"imblearn.over_sampling.SVMSMOTE"``.
    **params
        What the class of that name or path takes.

    Raises
    ------
    InputError
        If the generator or one of its parameters does not exist, or the object cannot be a generator.
    """
    if isinstance(kind, str):
        made = make_checked(import_named(import_path or _path_of(kind)), params, f"generator {kind!r}")
        check_values(made, f"generator {kind!r}")
        return _as_generator(made, f"generator {kind!r}")
    if params or import_path:
        raise InputError(
            f"parameter {min(params, default='import_path')!r} goes with a generator's name; set it on the object "
            "instead"
        )
    return _as_generator(copy(kind) if isinstance(kind, Generator) else kind, repr(kind))


def _path_of(name: str) -> str:
    known = catalogue.entries()
    if name not in known:
        raise InputError(f"there is no generator {name!r}; choose one of {', '.join(known)}")
    return known[name].class_path


def _as_generator(made: Any, name: str) -> Generator:
    if isinstance(made, Generator):
        return made
    if not hasattr(made, "fit_resample"):
        raise InputError(
            f"{name} is no generator: give one of {', '.join(GENERATORS)} or an over-sampler of imbalanced-learn"
        )
    return ImblearnGenerator(made)
