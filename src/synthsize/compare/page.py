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
from synthsize.compare.rows import BALANCE, ITSELF, NOT_COMPARED
from synthsize.compare.words import (
    advice,
    cohort_in_words,
    listed,
    recipe_in_words,
    reference_in_words,
    settings_sentence,
    shown_cohorts,
)
from synthsize.recipes import CLASS_WEIGHT, NONE, PRIOR_SHIFT
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Figure, Section, Table, make_table
from synthsize.report.page.recommendation import confidence, sure
from synthsize.report.page.run import SOURCES
from synthsize.report.page.writing import render_page
from synthsize.report.rows import in_words, select

Tables = Mapping[str, pd.DataFrame]
GAIN = "{:+.4f}"
GAINS = {NONE: "raw data", PRIOR_SHIFT: "a shifted prior", CLASS_WEIGHT: "class weights"}
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
        Smallest count of people that is told.
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
    """Say for each task and classifier what every run recommends, and whether that is the same."""
    cohorts = shown_cohorts(tables["cohorts"], below)
    for task in names.tasks:
        for classifier in classifiers:
            answers = select(tables["recommended"], {"task": task, "classifier": classifier})
            if answers["run"].nunique() < 2:
                continue
            told = [_verdict(row, cohorts, names) for row in answers.to_dict("records")]
            recipes = set(answers["recipe"].dropna())
            alike = len(recipes) == 1 and answers["recipe"].notna().all()
            settled = answers["settled"].astype(bool).all()
            end = "The runs name the same recipe." if alike else "The runs name different recipes."
            if not settled:
                end += " Not every one of these answers is settled."
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
    return f"{row['run']}{size}: {advice(row['recipe'], names)} ({sure(row['certainty'])})."


def _differences(tables: Tables, runs: Sequence[str], names: Names) -> Section:
    """List settings that differ, and tasks that not every run has."""
    differing = tables["differing_settings"]
    wide = pd.DataFrame(
        [
            {"setting": setting, "key": key, **dict(zip(rows["run"], rows["value"], strict=True))}
            for (setting, key), rows in differing.groupby(["setting", "key"], sort=False)
        ],
        columns=["setting", "key", *runs],
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
        columns={"setting": Column("Setting"), "key": Column("Key")} | {run: Column(run) for run in runs},
        empty="All settings are the same.",
    )
    told = tables["tasks"].dropna(subset=["note"])
    notes = [f"{names.task(row['task'])}: {row['run']}: {row['note']}." for row in told.to_dict("records")]
    words = [f"Tasks that not every run has in full. {' '.join(notes)}"] if notes else []
    return Section("differences", "What differs", words, tables=[table])


def _side_by_side(
    tables: Tables,
    runs: Sequence[str],
    classifiers: Sequence[str],
    names: Names,
    figures: Mapping[str, Path],
    below: int,
) -> Section:
    sentence = settings_sentence(tables["differing_settings"])
    words = (
        f"Settings differ: {sentence}."
        if sentence
        else "All settings of the runs are the same; the data differ."
    )
    shown, drawn = [], []
    for classifier in classifiers:
        if not compared_tasks(tables["recommended"], classifier, names):
            continue
        shown += [
            _main_table(tables, classifier, runs, names, below),
            _sizes_table(tables, classifier, runs, names),
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


def _main_table(tables: Tables, classifier: str, runs: Sequence[str], names: Names, below: int) -> Table:
    """One row per task and run: cohort, verdict, gains over the references."""
    answers = select(tables["recommended"], {"classifier": classifier})
    answers = answers[answers["task"].isin(compared_tasks(tables["recommended"], classifier, names))]
    rows = answers[["task", "run", "recipe", "settled", "certainty", "n_splits", "level"]]
    cohorts = shown_cohorts(tables["cohorts"], below)
    sizes = cohorts[["task", "run", "admissions", "patients", "positives", "ratio"]]
    rows = rows.merge(sizes, on=["task", "run"], how="left")
    gains = select(tables["gains"], {"classifier": classifier})
    for reference in GAINS:
        own = gains[gains["reference"] == reference]
        own = own.rename(columns={"gain": reference, "low": f"{reference}_low", "high": f"{reference}_high"})
        own[f"{reference}_note"] = own["note"]
        columns = [reference, *(f"{reference}_{end}" for end in ("low", "high", "note"))]
        rows = rows.merge(own[["task", "run", *columns]], on=["task", "run"], how="left")
    levels = " or ".join(
        style.interval_label("nadeau_bengio", level) for level in sorted(rows["level"].dropna().unique())
    )
    unit = names.with_unit("risk of the reference minus that of the recipe", classifier)
    rows = rows.assign(recipe=[recipe_in_words(recipe, names) for recipe in rows["recipe"]])
    rows = in_words(rows, task=names.tasks, run=_in_order(runs))
    sizes_shown = ["admissions", "patients", "positives", "ratio"]
    verdict = ["recipe", "certainty", "settled"]
    gained = [
        name
        for reference in GAINS
        for name in (reference, *(f"{reference}_{e}" for e in ("low", "high", "note")))
    ]
    return make_table(
        rows[["task", "run", *sizes_shown, *verdict, *gained, "n_splits"]],
        name=f"compared_{classifier}",
        title=f"Runs side by side: {names.learner(classifier)}",
        text=f"Gains: {unit}; above zero the recipe that the run recommends is better. In brackets: {levels}.",
        columns={
            "task": Column("Task"),
            "run": Column("Run"),
            "admissions": Column("Admissions or rows", COUNT),
            "patients": Column("Patients or groups", COUNT),
            "positives": Column("Positive", COUNT),
            "ratio": Column("Imbalance", "1 : {:.2f}", names=("Negatives per positive",)),
            "recipe": Column("Recommended recipe"),
            "certainty": Column("Sure", also=("settled",), names=("Sure", "Settled"), words=_sure),
            **{
                reference: _gain_column(f"Gain over {words}", reference) for reference, words in GAINS.items()
            },
            "n_splits": Column("Splits", COUNT),
        },
    )


def _in_order(runs: Sequence[str]) -> dict[str, str]:
    """Labels as `in_words` takes them: as they are, in the order of the configuration."""
    return {run: run for run in runs}


def _sure(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["certainty"]):
        return style.MISSING
    return f"{confidence(row['certainty'])}{'' if row['settled'] else ', not settled'}"


def _gain_column(header: str, key: str) -> Column:
    """Show a gain with its interval, or why there is none."""

    def words(row: Mapping[Hashable, Any]) -> str:
        if row[f"{key}_note"] == ITSELF:
            return "is this recipe"
        if pd.isna(row[key]):
            return style.MISSING
        limits = (row[f"{key}_low"], row[f"{key}_high"])
        told = "" if pd.isna(limits[0]) else f" ({GAIN.format(limits[0])} to {GAIN.format(limits[1])})"
        return GAIN.format(row[key]) + told

    also = tuple(f"{key}_{end}" for end in ("low", "high", "note"))
    return Column(header, also=also, names=(header, f"{header}, low", f"{header}, high", "Note"), words=words)


def _sizes_table(tables: Tables, classifier: str, runs: Sequence[str], names: Names) -> Table:
    """One row per task, generator and run: the chosen size, and the recipe's gain over m = 1."""
    sizes = select(tables["sizes"], {"classifier": classifier})
    sizes = sizes[sizes["task"].isin(compared_tasks(tables["recommended"], classifier, names))]
    gains = select(tables["gains"], {"classifier": classifier, "reference": BALANCE})
    keys = ["task", "generator", "run"]
    rows = sizes.merge(gains[[*keys, "gain", "low", "high"]], on=keys, how="left")
    rows = in_words(rows, task=names.tasks, generator=names.generator_labels, run=_in_order(runs))
    unit = names.with_unit("Gain over m = 1", classifier)
    return make_table(
        rows[[*keys, "median", "quartile_1", "quartile_3", "edge_share", "gain", "low", "high"]],
        name=f"compared_sizes_{classifier}",
        title=f"Sizes that validation chose: {names.learner(classifier)}",
        text="Median and quartiles over the splits, the share of splits on an edge of the grid, and what the run's "
        "recommended recipe gains over this generator's rows at m = 1.",
        columns={
            "task": Column("Task"),
            "generator": Column("Generator"),
            "run": Column("Run"),
            "median": Column(
                "Chosen m (quartiles)",
                "{:.2f}",
                ("quartile_1", "quartile_3"),
                " ({:.2f} to {:.2f})",
                ("Chosen m, median", "Lower quartile", "Upper quartile"),
            ),
            "edge_share": Column("On an edge", "{:.0%}", names=("On an edge (share of splits)",)),
            "gain": Column(unit, GAIN, ("low", "high"), f" ({GAIN} to {GAIN})", (unit, "Low", "High")),
        },
        folded=True,
    )


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
    """Say what each run is and how it is found again."""
    rows = [
        {
            "run": run.label,
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
