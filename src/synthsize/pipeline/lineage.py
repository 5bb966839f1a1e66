"""The lineage of a result: one digest of everything that decides it.

Snakemake compares a job with what it recorded about the job's own outputs. That overlooks a result whose ancestor is
missing or was never finished, and all results once its records are gone. A lineage covers the whole way instead: the
rule, its wildcards and params, its script with all modules that this imports, the content of its source files, and the
lineages of the jobs that made its other inputs (a Merkle tree, as in git). `Lineage.follow` gives every rule

- the param ``lineage``: a result becomes due when anything upstream of it differs, whatever is missing in between;
- the input ``due``, a small file that is newer than the results whenever these do not fit the lineage by their own
  records (`pipeline.records`): they become due without Snakemake's records too;
- the param ``expected``: what the job compares its inputs with before it reads them.

What decides no result has no part in it: logs, run times, memory, threads, and the folder of the results.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from synthsize.imports import script_files
from synthsize.pipeline.old_files import date_back, is_dated_back
from synthsize.pipeline.records import DIGESTS, fits


class Lineage:
    """Lineages of all jobs of a workflow, each computed once, on first use.

    Parameters
    ----------
    rules : iterable of snakemake.rules.Rule
        All rules of the workflow, before `follow`.
    results : sequence of str
        Folders of results; every output of a rule lies below one of them.
    raw : iterable of str
        Source files too large to be read for a digest: size and time of last change represent their content.
    due : Path
        Folder of the files that make unfit results due.
    tables : iterable of str
        Placeholder files of tables on a server, whose state there represents their content.
    """

    def __init__(
        self,
        rules: Iterable[Any],
        *,
        results: Sequence[str],
        raw: Iterable[str],
        due: Path,
        tables: Iterable[str] = (),
    ) -> None:
        self._rules = {rule.name: _Captured(rule) for rule in rules if rule.output}
        self._results = tuple(f"{folder}/" for folder in results)
        self._kinds = dict.fromkeys(raw, "stat") | dict.fromkeys(tables, "table")
        self._due = due
        self._jobs: dict[tuple[str, ...], _Job] = {}
        self._sources: dict[str, tuple[str, str]] = {}
        self._makers: dict[str, tuple[str, dict[str, str]] | None] = {}

    def follow(self) -> None:
        """Give every rule that makes something its lineage; see the module."""
        for name, captured in self._rules.items():
            captured.rule.set_input(due=self._due_file(name))
            captured.rule.set_params(lineage=self._param(name), expected=self._expected_param(name))

    def of(self, rule: str, wildcards: Mapping[str, str]) -> str:
        """Lineage of the job of a rule: 16 hexadecimal digits."""
        return self._job(rule, wildcards).lineage

    def fits(self, path: str) -> bool:
        """Whether a result is there and was made by what makes it now, by its own record."""
        kind, digest = self._input(path)
        return kind == "lineage" and fits(Path(path), digest)

    def _job(self, rule: str, wildcards: Mapping[str, str]) -> _Job:
        key = (rule, *(f"{name}={value}" for name, value in sorted(wildcards.items())))
        if key not in self._jobs:
            captured = self._rules[rule]
            inputs = [(name, path, self._input(path)) for name, path in captured.inputs(wildcards)]
            decisive = [(name, digest) for name, _, digest in inputs]  # not the folders that they lie in
            parts = [key, captured.code, captured.params(wildcards), decisive]
            text = json.dumps(parts, default=_plain)
            self._jobs[key] = _Job(
                hashlib.sha256(text.encode()).hexdigest()[:16],
                {path: digest for _, path, digest in inputs},
            )
        return self._jobs[key]

    def _input(self, path: str) -> tuple[str, str]:
        maker = self._maker(path)
        if maker:
            return "lineage", self.of(*maker)
        if path not in self._sources:
            kind = self._kinds.get(path, "content")
            self._sources[path] = (kind, DIGESTS[kind](Path(path)))
        return self._sources[path]

    def _maker(self, path: str) -> tuple[str, dict[str, str]] | None:
        if not path.startswith(self._results):
            return None
        if path not in self._makers:
            found = [(name, match) for name, rule in self._rules.items() for match in rule.matches(path)]
            if len(found) > 1:
                raise ValueError(f"{path} is made by several rules: {', '.join(name for name, _ in found)}")
            self._makers[path] = found[0] if found else None
        return self._makers[path]

    def _due_file(self, rule: str) -> Callable[[Any], str]:
        """Input function: a file that is old where a job's results fit and new where they do not."""

        def due(wildcards: Any) -> str:
            given = dict(wildcards.items())
            lineage = self.of(rule, given)
            outputs = [Path(path) for path in self._rules[rule].outputs(given)]
            fit = all(fits(output, lineage) for output in outputs if output.exists())
            return str(_dated(Path(self._due, rule, *given.values(), "due"), old=fit))

        return due

    def _param(self, rule: str) -> Callable[[Any], str]:
        return lambda wildcards: self.of(rule, dict(wildcards.items()))

    def _expected_param(self, rule: str) -> Callable[..., dict[str, tuple[str, str]]]:
        # Taking `input` keeps it out of what Snakemake compares: it is long, and `lineage` covers it.
        def expected(wildcards: Any, input: Any) -> dict[str, tuple[str, str]]:  # noqa: ARG001
            return self._job(rule, dict(wildcards.items())).expected

        return expected


class _Job(NamedTuple):
    lineage: str
    expected: dict[str, tuple[str, str]]  # of each input, as `records.check_inputs` takes it


class _Wildcards(dict[str, str]):
    """Wildcards as the functions of rules take them: by attribute, or as a mapping."""

    def __getattr__(self, name: str) -> str:
        return self[name]


class _Captured:
    """A rule as it was written, before its lineage was added; what is used of Snakemake's rules is used here."""

    def __init__(self, rule: Any) -> None:
        self.rule = rule
        self._inputs = list(rule.input._allitems())
        self._params = list(rule.params._allitems())
        self._starts = [(output, str(output).partition("{")[0]) for output in rule.output]

    @cached_property
    def code(self) -> list[str]:
        """Digests of the script and of the modules that it imports."""
        if not self.rule.script:
            raise ValueError(f"rule {self.rule.name} has no script, from which its lineage could be derived")
        folder = Path(self.rule.basedir.get_path_or_uri(secret_free=True))
        return [DIGESTS["content"](file) for file in script_files(folder / self.rule.script)]

    def inputs(self, wildcards: Mapping[str, str]) -> Iterator[tuple[str | None, str]]:
        for name, item in self._inputs:
            if callable(item):
                paths = item(_Wildcards(wildcards))
                yield from ((name, path) for path in ([paths] if isinstance(paths, str) else paths))
            else:
                files: list[Any] = [item] if isinstance(item, str) else item
                yield from ((name, _filled(file, wildcards)) for file in files)

    def params(self, wildcards: Mapping[str, str]) -> list[tuple[str | None, Any]]:
        given = _Wildcards(wildcards)
        return [(name, item(given) if callable(item) else item) for name, item in self._params]

    def outputs(self, wildcards: Mapping[str, str]) -> list[str]:
        return [_filled(output, wildcards) for output in self.rule.output]

    def matches(self, path: str) -> list[dict[str, str]]:
        """Wildcards under which the rule makes the file; none or one."""
        likely = [output for output, start in self._starts if path.startswith(start)]
        return [match.groupdict() for output in likely if (match := output.match(path))][:1]


def _filled(file: Any, wildcards: Mapping[str, str]) -> str:
    return str(file.apply_wildcards(wildcards) if "{" in file else file)  # most are modules without any


def _plain(value: Any) -> str:
    """Text of a param that JSON cannot hold, the same in every process."""
    if not isinstance(value, PurePath | range):
        raise TypeError(
            f"a lineage cannot be derived from a param of type {type(value).__name__}; use a list or a dict"
        )
    return repr(value)


def _dated(path: Path, *, old: bool) -> Path:
    """Make a file long past, or newer than any result, and never with the same content twice."""
    if old and is_dated_back(path):
        return path
    for folder in path.parents:
        if folder.is_file():  # of an earlier version, whose rule had no wildcard
            folder.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("" if old else f"{time.time_ns()}\n", encoding="utf-8")
    if old:
        date_back(path)
    return path
