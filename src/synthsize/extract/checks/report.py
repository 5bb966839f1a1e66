"""Findings of a check as text, without patient-level values or small counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from synthsize.errors import InputError

Verdict = Literal["pass", "look", "fail"]
MUCH, TOO_MUCH = 0.05, 0.2  # share of rows that something is the matter with: to be looked at, and a failure
SHOWN = 5  # items that a sentence lists
_FILE_OF_A_SOURCE = re.compile(r"\.sql\b|\bconcepts/|\bthe concept set\b|\bsource\.yaml\b")


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes
    ----------
    check : str
        What was looked at, in two or three words.
    verdict : {"pass", "look", "fail"}
        ``look``: it may be right, and a person has to say so.
    text : str
        What was found and, unless it passed, what to do.
    """

    check: str
    verdict: Verdict
    text: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.verdict}  {self.check}: {self.text}"


@dataclass
class Report:
    """Collects findings and prints each at once, because reading the data may take long.

    Attributes
    ----------
    tell : callable
        Takes each finding; its result is ignored.
    findings : list of Finding
    is_cut_short : bool
        Whether something failed so that what builds on it was not looked at.
    shipped : str
        Name of the source if it belongs to the package, whose files must not be edited.
    """

    tell: Callable[[Finding], object] = str
    findings: list[Finding] = field(default_factory=list)
    is_cut_short: bool = False
    shipped: str = ""

    def add(self, check: str, verdict: Verdict, text: str) -> None:
        """Add a finding."""
        finding = Finding(check, verdict, text)
        self.findings.append(finding)
        self.tell(finding)

    @contextmanager
    def part(self, check: str) -> Iterator[None]:
        """Make an `InputError` of the block a failed finding, and go on behind it."""
        try:
            yield
        except InputError as error:
            self.add(check, "fail", str(error))
            self.is_cut_short = True

    def count(self, verdict: Verdict) -> int:
        """Return the number of findings of a verdict."""
        return sum(finding.verdict == verdict for finding in self.findings)

    def has_failed(self, check: str) -> bool:
        """Whether a check has failed."""
        return any(finding.check == check and finding.verdict == "fail" for finding in self.findings)

    def _named(self, verdict: Verdict) -> str:
        """Name what was found so, each once."""
        return ", ".join(dict.fromkeys(f.check for f in self.findings if f.verdict == verdict))

    def conclusion(self, *, with_data: bool) -> str:
        """Say whether the source can be used, and what to do next."""
        return self._verdict(with_data=with_data) + self._copied_first()

    def _copied_first(self) -> str:
        """Say how to come by files that may be edited, where a finding names some of the package."""
        named = any(f.verdict != "pass" and _FILE_OF_A_SOURCE.search(f.text) for f in self.findings)
        if not self.shipped or not named:
            return ""
        return (
            f" The files of {self.shipped} belong to the package: change a copy, which `synthsize new-source DIR "
            f"--from {self.shipped}` writes, and give it as source.name."
        )

    def _verdict(self, *, with_data: bool) -> str:
        if self.count("fail"):
            rest = "; what builds on that was not looked at" if self.is_cut_short else ""
            return f"The source cannot be used yet. Mend and check again: {self._named('fail')}{rest}."
        if not with_data:
            return "The folder keeps the contract; add --path DATA to check it against its data."
        if self.count("look"):
            return f"The source can be used if this is as you mean it: {self._named('look')}."
        return "The source can be used."


def some(items: Iterable[str]) -> str:
    """List the first items, and say how many there are besides."""
    listed = list(dict.fromkeys(items))
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more
