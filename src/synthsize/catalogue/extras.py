"""Packages that some entries need beyond those that are always installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from synthsize.errors import InputError


def check_installed(name: str, needs: Sequence[str], extra: str = "generators") -> None:
    """Reject what needs a package that is not installed; nothing is imported.

    Parameters
    ----------
    name : str
        What needs them, at the head of the sentence.
    needs : sequence of str
        Packages by the name they are imported by.
    extra : str
        Of this package, that holds them.

    Raises
    ------
    InputError
        With the line that installs them.
    """
    missing = [package for package in needs if find_spec(package) is None]
    if missing:
        raise InputError(
            f"{name} needs {' and '.join(missing)} of the extra {extra!r}, not installed here; run "
            f"pip install 'synthsize[{extra}]', in a clone pip install -c constraints.txt -e '.[{extra}]'"
        )
