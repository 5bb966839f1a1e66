"""Packages whose versions decide what is fitted and drawn; only their metadata is read."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FITTING = ("imbalanced-learn", "numpy", "scikit-learn", "scipy")  # take part in every fit


@cache
def deciding_packages(needs: tuple[str, ...]) -> frozenset[str]:
    """Return the packages that an entry of the catalogue computes with beside `FITTING`.

    Those that it needs and what these require without an extra: JAX computes in jaxlib, which can be upgraded alone.

    Parameters
    ----------
    needs : tuple of str
        As the entry names them; installed.

    Returns
    -------
    frozenset of str
        Normalised names of packages; a requirement that is not installed is left out.
    """
    required = [Requirement(text) for name in needs for text in requires(name) or []]
    found = {need.name for need in required if need.marker is None or need.marker.evaluate({"extra": ""})}
    return frozenset(canonicalize_name(name) for name in {*needs, *filter(_is_installed, found)})


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True
