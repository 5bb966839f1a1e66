"""Strategies: what synthetic rows are fitted together with. A new one is one new file here, found by its ENTRY."""

from __future__ import annotations

from typing import Any

from synthsize.balance.import_paths import import_named, make_checked
from synthsize.balance.strategies.base import Strategy
from synthsize.balance.strategies.oversample import Oversample
from synthsize.catalogue import strategies as catalogue
from synthsize.errors import InputError

STRATEGIES = tuple(catalogue.entries())

__all__ = ["STRATEGIES", "Oversample", "Strategy", "make_strategy"]


def make_strategy(kind: str | Strategy, **params: Any) -> Strategy:
    """Make a strategy.

    Parameters
    ----------
    kind : str or Strategy
        A name of `STRATEGIES`, or the thing itself.
    **params
        What the class of that name takes.

    Raises
    ------
    InputError
        If there is no such strategy, or it does not take a parameter or its value.
    """
    if isinstance(kind, Strategy):
        if params:
            raise InputError(
                f"parameter {min(params)!r} goes with a strategy's name; set it on the object instead"
            )
        return kind
    known = catalogue.entries()
    if kind not in known:
        raise InputError(f"there is no strategy {kind!r}; choose one of {', '.join(known)}")
    made: Strategy = make_checked(import_named(known[kind].class_path), params, f"strategy {kind!r}")
    return made
