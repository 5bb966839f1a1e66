"""Which parts of the benchmark a run with failures lacks, and why; a report of the rest names them.

A part is named like its folder below ``benchmark/blocks/``: a whole task (``sepsis``), one cell of it
(``sepsis/logistic/smote``), or what a cell is judged by (``sepsis/logistic/controls``, ``sepsis/diagnosis/smote``,
``sepsis/fidelity/smote``). The
price of the shortcuts is one part, ``shortcuts``, and so is each other analysis beside the benchmark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePath
from typing import Any

import yaml

from synthsize.pipeline.failures import WITHOUT_REASON, reason_in
from synthsize.pipeline.jobs import Job

PARTS = {
    "build_task": "{task}",
    "collect_blocks": "{task}",
    "run_block": "{task}/{classifier}/{generator}",
    "run_controls": "{task}/{classifier}/controls",
    "diagnose_regime": "{task}/diagnosis/{generator}",
    "measure_fidelity": "{task}/fidelity/{generator}",
}
PRICE, TRANSPORT, SUBGROUPS, IMPUTATIONS = "shortcuts", "transport", "subgroups", "imputations"
LEARNING_CURVE, NET_BENEFIT = "learning_curve", "net_benefit"
PENALTIES, RECIPES, LEARNERS = "penalties", "recipes", "learners"
# Beside the benchmark: a report can do without one of them as a whole.
EXTRAS = (PRICE, TRANSPORT, SUBGROUPS, IMPUTATIONS, LEARNING_CURVE, NET_BENEFIT, PENALTIES, RECIPES, LEARNERS)
# Which of them a job belongs to, by its rule.
EXTRA_RULES = {
    "hold_out_strata": TRANSPORT,
    "run_transport_block": TRANSPORT,
    "run_transport_controls": TRANSPORT,
    "collect_transport": TRANSPORT,
    "compare_transport": TRANSPORT,
    "run_subgroups": SUBGROUPS,
    "summarise_subgroups": SUBGROUPS,
    "run_imputations": IMPUTATIONS,
    "compare_imputations": IMPUTATIONS,
    "run_curve_block": LEARNING_CURVE,
    "run_curve_controls": LEARNING_CURVE,
    "collect_learning_curve": LEARNING_CURVE,
    "summarise_learning_curve": LEARNING_CURVE,
    "run_decisions": NET_BENEFIT,
    "summarise_net_benefit": NET_BENEFIT,
    "run_penalised_block": PENALTIES,
    "run_penalised_controls": PENALTIES,
    "choose_recipes": RECIPES,
    "recommend_recipes": RECIPES,
    "compare_learners": LEARNERS,
}
# A reason is printed on the page, whose readers are not to learn where files lie.
FOLDERS = re.compile(r"(?:(?<=\s)|(?<=['\"(])|^)/(?:[^\s/'\":;,]+/)+")


def missing_parts(
    unfinished: AbstractSet[Job], failed: AbstractSet[Job], needs: Mapping[Job, Iterable[Job]]
) -> dict[str, str]:
    """Parts that a report of the rest has to do without, each with the reason.

    Parameters
    ----------
    unfinished : set of Job
        Jobs that the run planned and did not finish, those that failed included.
    failed : set of Job
        Jobs that failed.
    needs : mapping of Job to iterable of Job
        The jobs that each job waits for.

    Returns
    -------
    dict of str to str
        Part to the last line of its log. Empty where no report of the rest can follow: the run was stopped with jobs
        left to try, or something failed that every task needs.
    """
    untried = [job for job in unfinished - failed if unfinished.isdisjoint(needs[job])]
    logs = sorted((_part(job) or "", str(job.log[0])) for job in failed)
    if untried or not all(part for part, _ in logs):
        return {}
    return {part: last_log_line(Path(log)) for part, log in reversed(logs)}


def _part(job: Job) -> str | None:
    if "shortcut" in job.name or "shortcut" in job.wildcards_dict:
        return PRICE
    if job.name in EXTRA_RULES:
        return EXTRA_RULES[job.name]
    return PARTS[job.name].format(**job.wildcards_dict) if job.name in PARTS else None


def last_log_line(log: Path) -> str:
    """Return why a job failed: the last line of its log, without folders."""
    reason = reason_in(log)
    return FOLDERS.sub("", reason) if reason else f"its log {log.name} {WITHOUT_REASON}"


def without(paths: Iterable[str], folder: str, parts: Iterable[str]) -> list[str]:
    """Paths of results below `folder`, which holds a folder or file per part, without those of the named parts."""
    dropped = [PurePath(folder, part) for part in parts]
    return [
        path
        for path in paths
        if not any(PurePath(path).with_suffix("").is_relative_to(part) for part in dropped)
    ]


def write_settings(path: Path, left_out: Mapping[str, str]) -> None:
    """Write the configuration that, layered over that of the run, makes the report of the rest."""
    settings: dict[str, Any] = {"reporting": {"left_out": dict(sorted(left_out.items()))}}
    path.write_text(yaml.safe_dump(settings, allow_unicode=True, width=10_000), encoding="utf-8")
