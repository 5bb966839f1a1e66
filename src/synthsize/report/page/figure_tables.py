"""The numbers behind the figures, as tables that unfold below them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from synthsize.report import style
from synthsize.report.figures.bands import METRIC, beyond_zero, differences_to_balance
from synthsize.report.figures.pareto import RISK, risk_and_calibration
from synthsize.report.page.content import Column, Table, make_table
from synthsize.report.page.result_sections import CALIBRATION
from synthsize.report.rows import in_words, of_first_criterion, select

TITLE = "The numbers of this figure"
SIZE, NUMBER, SHARE = "{:g}", "{:.4f}", "{:.0%}"
WITH_LIMITS = " ({:.4f} to {:.4f})"
RULES = {"argmin": "best mean", "1se": "1-SE rule"}
WITHOUT_RISK = "threshold"  # moves decisions alone
_PLACE = {"task": Column("Task"), "multiplier": Column("m", SIZE)}


def curves_numbers(
    curves: pd.DataFrame, *, metric: str, classifier: str, task_labels: Mapping[str, str], interval: str
) -> Table:
    """Tabulate the curves of one metric: a row per task and multiplier, a column per generator.

    Parameters
    ----------
    curves : DataFrame
        Columns task, classifier, generator, metric, multiplier, mean, low, high and interval.
    metric, classifier, interval : str
        Which rows to show.
    task_labels : mapping of str to str
        Task name to the words a reader sees, in the order of the rows.
    """
    shown = select(curves, {"metric": metric, "classifier": classifier, "interval": interval})
    return _by_generator(
        shown,
        task_labels,
        name=f"numbers_{metric}_{classifier}",
        text=f"{style.metric_label(metric, classifier)}, mean over the splits ({style.interval_label(interval)}).",
    )


def validation_numbers(
    validation: pd.DataFrame, *, classifier: str, task_labels: Mapping[str, str], interval: str
) -> Table:
    """Tabulate the validation curves: a row per task and multiplier, a column per generator.

    Parameters
    ----------
    validation : DataFrame
        Columns task, classifier, generator, criterion, multiplier, mean, low, high and interval.
    classifier, task_labels, interval
        See `curves_numbers`.
    """
    shown = of_first_criterion(select(validation, {"classifier": classifier, "interval": interval}))
    criterion = style.display(str(shown["criterion"].iloc[0]), style.CRITERIA)
    return _by_generator(
        shown,
        task_labels,
        name=f"numbers_validation_{classifier}",
        text=f"Validation {criterion}, mean over the splits ({style.interval_label(interval)}).",
    )


def choices_numbers(choices: pd.DataFrame, *, classifier: str, task_labels: Mapping[str, str]) -> Table:
    """Tabulate the sizes that were chosen at least once: a row per task, generator, criterion and multiplier.

    Parameters
    ----------
    choices : DataFrame
        Columns task, classifier, generator, criterion, rule, multiplier and share.
    classifier, task_labels
        See `curves_numbers`.
    """
    keys = ["task", "generator", "criterion", "multiplier"]
    shown = select(choices, {"classifier": classifier})
    # pivot_table would drop the cells without a choice.
    wide = shown.pivot(index=keys, columns="rule", values="share").reset_index()  # noqa: PD010
    rules = [name for name in RULES if name in wide]
    words = in_words(
        _chosen_or_lost(wide[[*keys, *rules]], rules),
        task=task_labels,
        generator=style.GENERATORS,
        criterion=style.CRITERIA,
    )
    return make_table(
        words,
        name=f"numbers_choices_{classifier}",
        title=TITLE,
        text="Share of the splits in which VTSS chose each size by the best validation mean, and by the "
        "one-standard-error rule; sizes that neither ever chose are left out. A dash: no split has a choice.",
        columns={
            **_PLACE,
            "generator": Column("Generator"),
            "criterion": Column("Criterion"),
            **{name: Column(f"Chosen by {RULES[name]}", SHARE) for name in rules},
        },
    )


def pareto_numbers(
    curves: pd.DataFrame, controls: pd.DataFrame, *, classifier: str, task_labels: Mapping[str, str]
) -> Table:
    """Tabulate risk and calibration: a row per task, generator or control, and multiplier.

    Parameters
    ----------
    curves, controls : DataFrame
        See `pareto.draw_pareto`.
    classifier, task_labels
        See `curves_numbers`.
    """
    parts = [
        risk_and_calibration(curves, "generator", classifier),
        risk_and_calibration(controls[controls["control"] != WITHOUT_RISK], "control", classifier),
    ]
    rows = pd.concat(parts, ignore_index=True)
    return make_table(
        in_words(rows, task=task_labels, method={**style.GENERATORS, **style.CONTROLS}),
        name=f"numbers_pareto_{classifier}",
        title=TITLE,
        text="Means over the splits. A dash: a split lacks the value, or a control has no size.",
        columns={
            **_PLACE,
            "method": Column("Generator or control"),
            RISK: Column(style.metric_label(RISK, classifier), NUMBER),
            **{metric: Column(words, NUMBER) for metric, words in CALIBRATION.items()},
        },
    )


def bands_numbers(bands: pd.DataFrame, *, classifier: str, task_labels: Mapping[str, str]) -> Table:
    """Tabulate the differences to m = 1: a row per task, generator and multiplier.

    Parameters
    ----------
    bands : DataFrame
        See `bands.draw_bands`.
    classifier, task_labels
        See `curves_numbers`.
    """
    shown = differences_to_balance(bands, classifier)
    level = float(shown["level"].iloc[0])
    side = pd.Series("", index=shown.index)
    for name, marked in beyond_zero(shown).items():
        side[marked] = {"better": "below", "worse": "above"}[name]
    keys = ["task", "generator", "multiplier", "mean", "nadeau_bengio_low", "nadeau_bengio_high"]
    rows = shown[[*keys, "simultaneous_low", "simultaneous_high"]].assign(
        side=side, note=shown["note"].astype(object).fillna("")
    )
    quantity = f"{style.display(METRIC, style.METRICS)} minus that at m = 1"
    return make_table(
        in_words(rows, task=task_labels, generator=style.GENERATORS),
        name=f"numbers_differences_to_balance_{classifier}",
        title=TITLE,
        text="Mean over the splits of the difference within a split; limits have its unit. The interval is for one "
        "size that was named beforehand, the band for all sizes of a task and generator at once.",
        columns={
            **_PLACE,
            "generator": Column("Generator"),
            "mean": Column(style.with_unit(quantity, classifier), NUMBER),
            "nadeau_bengio_low": _limits("nadeau_bengio_high", style.interval_label("nadeau_bengio", level)),
            "simultaneous_low": _limits("simultaneous_high", f"{100 * level:g}% simultaneous band"),
            "side": Column("Whole band lies"),
            "note": Column("What is missing"),
        },
    )


def _limits(high: str, header: str) -> Column:
    """Show two limits in the column of the lower one."""
    return Column(header, NUMBER, (high,), f" to {NUMBER}")


def _chosen_or_lost(wide: pd.DataFrame, rules: list[str]) -> pd.DataFrame:
    """Rows of the sizes that were chosen, and one row without a size for each cell that has no choice."""
    lost = wide[wide[rules].isna().all(axis=1)].drop_duplicates(["task", "generator", "criterion"])
    return pd.concat([wide[(wide[rules] > 0).any(axis=1)], lost.assign(multiplier=np.nan)])


def _by_generator(long: pd.DataFrame, task_labels: Mapping[str, str], *, name: str, text: str) -> Table:
    """Set mean and limits of each generator side by side."""
    generators = style.generator_order(long["generator"])
    wide = in_words(long[["task", "multiplier"]].drop_duplicates(), task=task_labels)
    for generator in generators:
        names = {"mean": generator, "low": f"{generator}_low", "high": f"{generator}_high"}
        part = select(long, {"generator": generator}).rename(columns=names)
        part = in_words(part[["task", "multiplier", *names.values()]], task=task_labels)
        wide = wide.merge(part, on=["task", "multiplier"], how="left")
    return make_table(
        wide,
        name=name,
        title=TITLE,
        text=text,
        columns=_PLACE
        | {
            generator: Column(
                style.display(generator, style.GENERATORS),
                NUMBER,
                (f"{generator}_low", f"{generator}_high"),
                WITH_LIMITS,
            )
            for generator in generators
        },
    )
