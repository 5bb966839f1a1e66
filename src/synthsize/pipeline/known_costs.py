"""Costs of fits and draws that were measured on this machine before, so that a plan is printed without new trials.

They lie in a file of Snakemake's own folder, by everything that decides them: what is fitted, its parameters, the
number of features, the code, the versions of the packages, and the machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from synthsize.benchmark.growth import Cost
from synthsize.pipeline.records import content_digest


class KnownCosts:
    """What was measured before, and what is measured now.

    Parameters
    ----------
    file : Path
        Where costs are kept; one that cannot be read or written is done without.

    Attributes
    ----------
    measured : list of str
        Names whose costs were not known.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _read(file)
        self.measured: list[str] = []

    def cost(
        self,
        name: str,
        measure: Callable[[], Cost | None],
        *,
        decided_by: Mapping[str, Any],
        code: Iterable[str],
    ) -> Cost | None:
        """Return a cost, measured if it is not known; None where that fails.

        Parameters
        ----------
        name : str
        measure : callable
        decided_by : mapping
            Everything that decides the cost beside the code and the machine.
        code : iterable of str
            Files whose content decides it.
        """
        files = [content_digest(Path(file)) for file in code]
        text = json.dumps([name, decided_by, files, platform.node(), platform.python_version()], default=str)
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        if key in self._known:
            return self._known[key]
        self.measured.append(name)
        found = measure()
        if found is not None:  # the cause may be fixed by now
            self._known[key] = found
        return found

    def keep(self) -> None:
        """Write what was measured, if anything was."""
        if not self.measured:
            return
        text = json.dumps({key: [cost.timed, cost.sized, cost.columns] for key, cost in self._known.items()})
        staged = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            staged.write_text(text, encoding="utf-8")
            staged.replace(self._file)


def _read(file: Path) -> dict[str, Cost]:
    """Return the costs of a file; none of one that is missing or was written by another version."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return {
            key: Cost(tuple(map(tuple, timed)), tuple(map(tuple, sized)), int(columns))
            for key, (timed, sized, columns) in found.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
