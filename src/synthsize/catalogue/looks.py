"""Colours of entries that define none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from synthsize.catalogue.entries import GeneratorEntry

# Okabe and Ito's colours without yellow and black, then Paul Tol's: dark enough on white, and the first nine apart for
# colour-blind readers. No palette keeps more apart; figures of so many also label them.
COLOURS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#999933", "#332288"),
    *("#44AA99", "#AA4499", "#661100", "#6699CC", "#117733"),
)


def with_looks(entries: Iterable[GeneratorEntry]) -> list[GeneratorEntry]:
    """Give entries without colour one that no other has; when all are taken the cycle begins anew."""
    known = list(entries)
    colours = _free(COLOURS, [entry.colour for entry in known])
    return [replace(entry, colour=entry.colour or next(colours)) for entry in known]


def _free(cycle: tuple[str, ...], taken: list[str]) -> Iterator[str]:
    yield from (value for value in cycle if value not in taken)
    while True:
        yield from cycle
