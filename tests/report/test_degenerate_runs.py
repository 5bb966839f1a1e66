"""Runs that lack something: every summary and every figure comes out, says what is missing, and warns of nothing."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.catalogue import figures
from synthsize.contracts import metrics, results
from synthsize.contracts.summaries import SUMMARIES
from synthsize.report.figures.drawing import Drawing
from synthsize.report.page.result_sections import controls_section, metrics_section, results_section
from synthsize.report.tables.comparisons import (
    choices_table,
    generator_gains,
    regret_table,
    vtss_differences,
)
from synthsize.report.tables.metrics import metrics_table
from synthsize.report.tables.summary import controls_table, summary_table
from synthsize.statistics.bands import bands
from synthsize.statistics.choices import choice_distribution
from synthsize.statistics.comparisons import paired_differences
from synthsize.statistics.control_summary import summarise_controls
from synthsize.statistics.regret import vtss_regret
from synthsize.statistics.summary import curves, vtss_summary
from synthsize.statistics.validation_summary import validation_curves

pytestmark = pytest.mark.filterwarnings("error")

TASKS = {"sepsis": "Sepsis", "shock": "Septic shock"}
METRICS = ("excess_risk", "balanced_risk", *metrics.METRICS)


@dataclass(frozen=True)
class Run:
    """Tidy rows of a run, as the blocks write them."""

    sweep: pd.DataFrame
    vtss: pd.DataFrame
    controls: pd.DataFrame

    def edited(self, change) -> "Run":
        """Apply `change` to sweep and vtss alike."""
        return replace(self, sweep=change(self.sweep), vtss=change(self.vtss))


def make_run(
    splits=4,
    grid=(0.0, 0.5, 1.0, 1.5),
    tasks=tuple(TASKS),
    generators=("smote", "jitter"),
    criteria=("balanced_loss", "balanced_accuracy"),
    spread=0.01,
) -> Run:
    rng = np.random.default_rng(2)
    sweep, vtss, controls = [], [], []
    for task in tasks:
        for split in range(splits):
            base = {"task": task, "classifier": "logistic", "split": split}
            sizes = {"n_train": 800 - split, "n_test": 200 + split}

            def metrics(m):
                level = 0.1 + (0.0 if spread == 0 else (m - 0.8) ** 2) + spread * rng.normal()
                return dict.fromkeys(METRICS, level) | {"balanced_accuracy": 0.8 - level / 2}

            for generator in generators:
                cell = base | {"generator": generator, "strategy": "oversample"}
                rows = [
                    cell
                    | sizes
                    | metrics(m)
                    | {
                        "multiplier": m,
                        "n_requested": round(600 * m),
                        "n_synthetic": round(600 * m),
                        "gap": 600,
                        "oracle_risk": 0.4,
                    }
                    for m in grid
                ]
                sweep += rows
                for criterion in criteria:
                    means = [row["balanced_risk"] for row in rows]
                    best = int(np.argmin(means))
                    vtss.append(
                        cell
                        | {"criterion": criterion, "multiplier": grid[best], "multiplier_1se": grid[0]}
                        | {
                            "edge": "lower" if best == 0 < grid[0] else "none",
                            "n_synthetic": round(600 * grid[best]),
                        }
                        | {name: rows[best][name] for name in METRICS}
                        | {"multipliers": list(grid), "validation_mean": means}
                        | {"validation_se": [0.0] * len(grid)}
                    )
            levels = [(name, np.nan) for name in ("class_weight", "prior_shift", "none", "weights_vtss")]
            for control, m in [*levels, *(("weights", m) for m in grid)]:
                found = metrics(0.5 if np.isnan(m) else m)
                controls.append(
                    base | sizes | found | {"control": control, "multiplier": m, "oracle_risk": 0.4}
                )
    return Run(
        pd.DataFrame(sweep, columns=list(results.SWEEP.columns)),
        pd.DataFrame(vtss, columns=list(results.VTSS.columns)),
        pd.DataFrame(controls, columns=list(results.CONTROLS.columns)),
    )


def without(run: Run, task: str, generator: str) -> Run:
    return run.edited(lambda rows: rows[(rows["task"] != task) | (rows["generator"] != generator)])


def with_nan(run: Run, where) -> Run:
    """Lose the metrics of the rows that `where` picks."""

    def change(rows):
        values = rows[list(METRICS)].mask(where(rows), axis=0)
        return rows.assign(**{name: values[name] for name in METRICS})

    return run.edited(change)


def in_cell(rows):
    return (rows["task"] == "sepsis") & (rows["generator"] == "jitter")


FIGURES = {  # by the names of the cases below
    "curves": "excess_risk",
    "validation": "validation_curves",
    "choices": "chosen_sizes",
    "differences": "paired_differences",
    "bands": "differences_to_balance",
    "pareto": "pareto",
}


def summaries(run):
    """Every summary table that the figures read."""
    return {
        "curves": curves(run.sweep),
        "vtss": vtss_summary(run.sweep, run.vtss),
        "controls": summarise_controls(run.controls),
        "validation": validation_curves(run.sweep, run.vtss),
        "choices": choice_distribution(run.sweep, run.vtss),
        "paired": paired_differences(run.sweep, run.vtss, run.controls),
        "bands": bands(run.sweep, run.vtss, run.controls),
        "regret": vtss_regret(run.sweep, run.vtss),
    }


@pytest.fixture
def through_csv(tmp_path):
    """Hand a table on as the workflow does."""

    def call(name, frame):
        SUMMARIES[name].write(frame, tmp_path / "table.csv")
        return SUMMARIES[name].read(tmp_path / "table.csv")

    return call


@pytest.fixture
def tell(through_csv):
    """Summarise and draw everything; return for each figure all its words, the caption last."""

    def call(run, labels=TASKS, interval="nadeau_bengio"):
        tables = {name: through_csv(name, frame) for name, frame in summaries(run).items()}
        names = names_of(labels)
        words = {}
        for name, figure in FIGURES.items():
            entry = figures.entries()[figure]
            drawing = Drawing(entry, names, "logistic", tables, {"interval": interval})
            drawn = drawing.draw()
            drawn.draw_without_rendering()
            legend = [text.get_text() for text in drawn.legends[0].get_texts()]
            texts = [text.get_text() for panel in drawn.axes for text in panel.texts]
            words[name] = [*legend, *texts, drawing.caption({})]
        return words

    return call


ONE_SPLIT = "mean over 1 split, no interval"
CASES = {
    "one split": (
        make_run(splits=1),
        {
            "curves": [ONE_SPLIT, "No interval can be given."],
            "validation": [ONE_SPLIT, "no interval can be given"],
            "choices": ["over 1 split with"],
            "differences": [ONE_SPLIT, "no interval and no test can be given"],
            "bands": [ONE_SPLIT, "neither band nor interval can be given"],
            "pareto": ["Means over 1 split with 800 training and 200 test rows"],
        },
    ),
    "two multipliers": (
        make_run(grid=(0.0, 1.0)),
        {"pareto": ["m = 1, classes balanced (filled circle); beside"]},
    ),
    "one multiplier": (
        make_run(grid=(1.0,)),
        {
            "choices": ["The grid has one size, so there was no choice."],
            "curves": ["classes balanced (m = 1)"],
            "bands": ["no size\nbut m = 1"],
        },
    ),
    "the raw data alone": (
        make_run(grid=(0.0,)),
        {
            "differences": ["no result"],
            "bands": ["m = 1 is not\non the grid", "No difference can be given: m = 1 is not on the grid."],
        },
    ),
    "all values equal": (
        make_run(spread=0.0),
        {
            "curves": ["95% Nadeau-Bengio interval"],
            "bands": ["At no size does the whole band lie on one side of zero."],
        },
    ),
    "a split without metrics at one size": (
        with_nan(make_run(), lambda rows: in_cell(rows) & (rows["split"] == 1) & (rows["multiplier"] == 0.5)),
        {
            "curves": ["1 of 4 sizes: no result"],
            "bands": ["1 of 4 sizes: no result"],
            "pareto": ["1 of 4 sizes: no result"],
        },
    ),
    "a cell without metrics": (
        with_nan(make_run(), in_cell),
        {
            "curves": ["no result"],
            "differences": ["no result"],
            "bands": ["no result"],
            "pareto": ["Gaussian jitter: no result"],
        },
    ),
    "a cell that was not run": (
        without(make_run(), "sepsis", "jitter"),
        {
            "curves": ["no result"],
            "validation": ["no result"],
            "choices": ["no result"],
            "differences": ["no result"],
            "bands": ["no result"],
            "pareto": ["Gaussian jitter: no result"],
        },
    ),
    "no controls": (
        replace(make_run(), controls=make_run().controls[:0]),
        {"curves": ["No control was run beside the generators."], "differences": ["no result"]},
    ),
    "accuracy alone": (
        make_run(criteria=["balanced_accuracy"]),
        {
            "curves": ["size chosen by balanced accuracy (VTSS), mark: median m"],
            "validation": ["balanced accuracy of logistic regression on validation rows"],
            "differences": ["by balanced accuracy (VTSS)"],
        },
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_figures_say_what_is_missing(tell, case):
    run, wanted = CASES[case]
    told = tell(run)
    for figure, snippets in wanted.items():
        for snippet in snippets:
            assert any(snippet in words for words in told[figure]), (figure, snippet, told[figure])


def test_one_task_and_one_generator_fill_a_figure(tell):
    told = tell(make_run(tasks=("shock",), generators=("adasyn",)), labels={"shock": "Septic shock"})
    assert not any("no result" in words for found in told.values() for words in found)


def test_a_complete_run_has_nothing_to_say(tell):
    told = tell(make_run())
    for figure, words in told.items():
        assert not any("no result" in line or "no interval" in line for line in words[:-1]), (figure, words)


@pytest.mark.parametrize("case", CASES)
def test_tables_keep_the_rows_of_what_is_missing(through_csv, case):
    run, _ = CASES[case]
    summary = summary_table(through_csv("vtss", vtss_summary(run.sweep, run.vtss)), names=names_of(TASKS))
    assert len(summary) == 4
    assert len(vtss_regret(run.sweep, run.vtss))
    band = bands(run.sweep, run.vtss, run.controls)
    silent = band["mean"].isna() | band["simultaneous_low"].isna()
    assert (band.loc[silent, "note"] != "").all()
    paired = through_csv("paired", paired_differences(run.sweep, run.vtss, run.controls))
    silent = paired["mean_difference"].isna() | paired["nadeau_bengio_low"].isna()
    assert paired.loc[silent, "note"].notna().all()
    gains = generator_gains(paired, names=names_of(TASKS))
    balanced = case != "the raw data alone"
    assert len(gains) == len(run.vtss[["task", "generator"]].drop_duplicates()) * balanced
    assert (gains["difference"].notna() | gains["note"].notna()).all()
    assert len(vtss_differences(paired, names=names_of(TASKS)))
    assert len(regret_table(through_csv("regret", vtss_regret(run.sweep, run.vtss)), names=names_of(TASKS)))
    assert len(
        choices_table(through_csv("choices", choice_distribution(run.sweep, run.vtss)), names=names_of(TASKS))
    )
    controls = controls_table(
        through_csv("controls", summarise_controls(run.controls)), names=names_of(TASKS)
    )
    names = ["Raw data", "Shifted prior", "Class weights", *["Minority weights"] * balanced]
    names.append("Tuned weights")
    assert controls["control"].tolist() == (names * len(TASKS) if len(run.controls) else [])


def test_a_grid_without_balance_says_what_it_leaves_out(through_csv):
    def sections(run):
        paired = through_csv("paired", paired_differences(run.sweep, run.vtss, run.controls))
        summaries = [
            through_csv(name, found)
            for name, found in (
                ("curves", curves(run.sweep)),
                ("vtss", vtss_summary(run.sweep, run.vtss)),
                ("controls", summarise_controls(run.controls)),
            )
        ]
        tables = {
            "summary": summary_table(summaries[1], names=names_of(TASKS)),
            "controls": controls_table(summaries[2], names=names_of(TASKS)),
            "metrics": metrics_table(*summaries, names=names_of(TASKS)),
            "gains": generator_gains(paired, names=names_of(TASKS)),
            "differences": vtss_differences(paired, names=names_of(TASKS)),
        }
        shown = [
            results_section(tables, names_of(TASKS)),
            controls_section(tables, names_of(TASKS), "normal"),
            metrics_section(tables, names_of(TASKS), "normal"),
        ]
        return [table.text for section in shown for table in section.tables]

    without_it, with_it = sections(make_run(grid=(0.0, 0.5, 1.5))), sections(make_run())
    assert all("m = 1 is not on the grid" in text for text in without_it)
    assert not any("not on the grid" in text for text in with_it)
