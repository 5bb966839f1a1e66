"""The page of a comparison: what each run recommends, in what they differ, tables, figures, and the runs themselves."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.compare import curve_figure, side_by_side
from synthsize.compare.drawing import compared_tasks
from synthsize.compare.manifests import RunManifest
from synthsize.compare.rows import BALANCE, NOT_COMPARED
from synthsize.compare.run_tables import Tables, cohorts_table, gains_table, runs_table, sizes_table
from synthsize.compare.words import (
    advice,
    cohort_in_words,
    listed,
    reference_in_words,
    settings_sentence,
    shown_cohorts,
)
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Figure, Section, make_table
from synthsize.report.page.run import SOURCES
from synthsize.report.page.writing import render_page
from synthsize.report.rows import select

NO_TEST = (
    "Each estimate is the run's own. Nothing is pooled and no test compares the runs: they hold different patients, "
    "and whatever differs between them may be behind a difference in their results."
)


def write_page(
    output: Path,
    tables: Tables,
    manifests: Sequence[RunManifest],
    *,
    names: Names,
    figures: Mapping[str, Path],
    below: int,
) -> None:
    """Write the page with its figures inside.

    Parameters
    ----------
    output : Path
        The HTML file.
    tables : dict of str to DataFrame
        Columns of `rows.CONTRACTS`.
    manifests : sequence of RunManifest
        Of the runs, in order.
    names : Names
        Of all runs.
    figures : dict of str to Path
        PNG files by name: ``side_by_side_<classifier>`` and ``learning_curves_<classifier>``.
    below : int
        Smallest count of people that is shown.
    """
    runs = [run.label for run in manifests]
    classifiers = names.learner_order(tables["recommended"]["classifier"])
    sections = [
        Section(
            "short", "In short", [*_short(tables, classifiers, names, below), _caution(tables, manifests)]
        ),
        _differences(tables, runs, names),
        _side_by_side(tables, runs, classifiers, names, figures, below),
        _curves(tables, runs, classifiers, names, figures, below),
        _runs(manifests),
    ]
    render_page(output, title=f"The same tasks in {len(runs)} runs", sections=sections)


def _short(tables: Tables, classifiers: Sequence[str], names: Names, below: int) -> Iterator[str]:
    """Tabulate for each task and classifier what every run recommends, and whether the runs agree."""
    cohorts = shown_cohorts(tables["cohorts"], below)
    for task in names.tasks:
        for classifier in classifiers:
            answers = select(tables["recommended"], {"task": task, "classifier": classifier})
            if answers["run"].nunique() < 2:
                continue
            told = [_verdict(row, cohorts, names) for row in answers.to_dict("records")]
            recipes = set(answers["recipe"].dropna())
            alike = len(recipes) == 1 and answers["recipe"].notna().all()
            end = "The runs name the same recipe." if alike else "The runs name different recipes."
            gains = select(tables["gains"], {"task": task, "classifier": classifier})
            place = f"{names.task(task)}, {names.in_sentence(classifier)}"
            yield " ".join([f"{place}.", *told, end, *_fewer_rivals(gains, names)])


def _fewer_rivals(gains: pd.DataFrame, names: Names) -> Iterator[str]:
    """Name the simple recipes that a run did not try and another one did: its recommendation had fewer rivals."""
    controls = gains[gains["reference"] != BALANCE]
    tried = set(controls.loc[controls["note"] != NOT_COMPARED, "reference"])
    lacking = controls[(controls["note"] == NOT_COMPARED) & controls["reference"].isin(tried)]
    for run, rows in lacking.groupby("run", sort=False):
        recipes = listed([reference_in_words(name, "", names).lower() for name in rows["reference"]])
        yield f"{run} did not try {recipes}, so that its recipe had fewer rivals."


def _caution(tables: Tables, manifests: Sequence[RunManifest]) -> str:
    few = tables["recommended"]["n_splits"].min() < style.FEW_SPLITS
    simulated = [
        run.label
        for run in manifests
        if run.config.get("source", {}).get("name") == "simulated" and not run.has_own_tables
    ]
    verb = "is" if len(simulated) == 1 else "are"
    warnings = (
        NO_TEST,
        "Runs of few splits are provisional." if few else "",
        f"{listed(simulated)} {verb} simulated: no clinical conclusion." if simulated else "",
    )
    return " ".join(filter(None, warnings))


def _verdict(row: Mapping[Hashable, Any], cohorts: pd.DataFrame, names: Names) -> str:
    cohort = select(cohorts, {"run": row["run"], "task": row["task"]}).to_dict("records")
    size = f" ({cohort_in_words(cohort[0])})" if cohort else ""
    if pd.isna(row["recipe"]):
        return f"{row['run']}{size}: no answer."
    return f"{row['run']}{size}: {advice(row, names)}."


def _differences(tables: Tables, runs: Sequence[str], names: Names) -> Section:
    """List settings that differ, and tasks that not every run has."""
    differing = tables["differing_settings"]
    wide = pd.DataFrame(
        [
            {"setting": setting, **dict(zip(rows["run"], rows["value"], strict=True))}
            for (setting, _), rows in differing.groupby(["setting", "key"], sort=False)
        ],
        columns=["setting", *runs],
    )
    text = (
        "Settings that are not the same in all runs, from their manifests. Where a run reads and writes, its simulated "
        "size and how its work was cut into jobs are left aside."
    )
    table = make_table(
        wide,
        name="differing_settings",
        title="Settings",
        text=text,
        columns={"setting": Column("Setting")} | {run: Column(run) for run in runs},
        empty="All settings are the same.",
    )
    told = tables["tasks"].dropna(subset=["note"])
    notes = []
    for task in told["task"].unique():
        of_task = select(told, {"task": task}).to_dict("records")
        said = ", ".join(f"{row['run']}: {row['note']}" for row in of_task)
        notes.append(f"{names.task(task)} ({said})")
    words = [f"Tasks that not every run has in full: {'; '.join(notes)}."] if notes else []
    return Section("differences", "What differs", words, tables=[table])


def _side_by_side(
    tables: Tables,
    runs: Sequence[str],
    classifiers: Sequence[str],
    names: Names,
    figures: Mapping[str, Path],
    below: int,
) -> Section:
    words = settings_sentence(tables["differing_settings"])
    shown, drawn = [cohorts_table(tables, runs, names, below)], []
    for classifier in classifiers:
        if not compared_tasks(tables["recommended"], classifier, names):
            continue
        shown += [
            runs_table(tables, classifier, runs, names),
            gains_table(tables, classifier, runs, names),
            sizes_table(tables, classifier, runs, names),
        ]
        name = f"side_by_side_{classifier}"
        drawn.append(
            Figure(
                figures[name],
                f"Side by side: {names.learner(classifier)}",
                side_by_side.caption(tables, runs=runs, names=names, classifier=classifier, below=below),
                "side_by_side",
            )
        )
    return Section("side_by_side", "Side by side", [words], tables=shown, figures=drawn)


def _curves(
    tables: Tables,
    runs: Sequence[str],
    classifiers: Sequence[str],
    names: Names,
    figures: Mapping[str, Path],
    below: int,
) -> Section:
    """Learning curves where two runs share one; else the sentence why there are none."""
    drawn = [
        Figure(
            figures[f"learning_curves_{classifier}"],
            f"Learning curves: {names.learner(classifier)}",
            curve_figure.caption(tables, runs=runs, names=names, classifier=classifier, below=below),
            "learning",
        )
        for classifier in classifiers
        if len(curve_figure.curves_shown(tables["learning_curves"], classifier, names, below))
    ]
    without = [run for run in runs if run not in set(tables["learning_curves"]["run"])]
    words = f"{listed(without)} made no learning curve." if without else ""
    if not drawn and not words:
        words = "No task and generator has a learning curve in two of the runs."
    return Section("learning", "Learning curves", [words] if words else [], figures=drawn)


def _runs(manifests: Sequence[RunManifest]) -> Section:
    """Describe each run, and how to identify it."""
    rows = [
        {
            "run": run.label,
            "folder": run.folder.as_posix(),
            "data": _data(run),
            "tasks": ", ".join(run.tasks),
            "splits": run.config["experiment"].get("splits"),
            "program": run.content["program"],
            "failed": ", ".join(run.left_out) or "nothing",
            "manifest": run.digest[:16],
        }
        for run in manifests
    ]
    table = make_table(
        pd.DataFrame(rows),
        name="compared_runs",
        title="Runs",
        text="Read from the tables and the manifest of each run, whose SHA-256 begins as in the last column; the data "
        "themselves were not read.",
        columns={
            "run": Column("Run"),
            "folder": Column("Folder"),
            "data": Column("Data"),
            "tasks": Column("Tasks"),
            "splits": Column("Splits", COUNT),
            "program": Column("Program"),
            "failed": Column("Failed parts"),
            "manifest": Column("Manifest"),
        },
    )
    return Section("runs", "The runs", tables=[table])


def _data(run: RunManifest) -> str:
    if run.has_own_tables:
        return "tables of the user's own"
    releases = sorted({row["release"] for row in run.content["inputs"] if row.get("release")})
    source = str(run.config.get("source", {}).get("name", ""))
    return ", ".join(releases) or SOURCES.get(source, "the user's own source")
