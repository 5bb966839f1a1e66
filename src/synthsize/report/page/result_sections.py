"""The sections about what the sizes and the controls reach: excess risk, calibration, decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from synthsize.report import style
from synthsize.report.page.comparison_sections import CELL_COLUMNS, SHARE, SIZE, gains_tables
from synthsize.report.page.content import COUNT, Column, Section, estimate, make_table
from synthsize.report.rows import by_classifier
from synthsize.report.tables.summary import INTERVALS, limit_columns

RISK = "Excess risk"
_CONTROLS = {
    "none": "the raw data",
    "prior_shift": "the raw fit with its prior shifted to balanced classes",
    "class_weight": "class weights, which add up to the number of rows",
    "weights": "minority weights at m = 1, which add up to more and so, at the same C, relax the penalty as synthetic "
    "rows do",
    "random_oversample": "random copies at m = 1",
    "random_undersample": "the majority thinned at random",
    "threshold": "the raw fit with its threshold tuned out of fold, which decides but estimates no risk",
}
_NO_BALANCE = (
    " m = 1 is not on the grid (experiment.multipliers), so what would be shown at m = 1 is missing: "
)
_NO_INTERVAL = " No interval can be given: it takes two splits."
CALIBRATION = {
    "log_loss": "Log-loss (nats)",
    "brier": "Brier score",
    "calibration_intercept": "Calibration intercept (log odds)",
    "calibration_slope": "Calibration slope",
}
_DECISIONS = {
    "auroc": "AUROC",
    "auprc": "AUPRC",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "f1": "F1",
    "mcc": "MCC",
}


def results_section(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Excess risk at the sizes that matter."""
    text = (
        "Mean over the splits without synthetic rows (m = 0), with balanced classes (m = 1), at the m that turned out "
        "best on the test rows, and with the size chosen by validation. A best m on an edge of the grid means that a "
        "wider grid may hold a better one; m = 0 is no edge. Each interval lies around a level that the fit behind the "
        "lowest risk inflates: it need not hold the true excess risk. Make claims beyond this cohort of differences."
    )
    return Section(
        "results",
        "Results",
        tables=[
            make_table(
                rows.drop(columns="criterion"),
                name=f"summary_{classifier}",
                title=f"Balanced excess risk by synthetic size: {style.display(classifier, style.CLASSIFIERS)}",
                text=text
                + _without_balance(tables, "the excess risk with balanced classes.")
                + _without_interval(rows),
                columns=_summary_columns(classifier, str(rows["criterion"].iloc[0])),
            )
            for classifier, rows in by_classifier(tables.get("summary"))
        ],
    )


def controls_section(tables: Mapping[str, pd.DataFrame], interval: str) -> Section:
    """Show what the same splits give without a generator, and what a generator adds to mere weights."""
    controls = tables.get("controls")
    lacks = "minority weights, random copies, and the comparison of generators with weights of the same size."
    unbalanced = _without_balance(tables, lacks)
    none = [
        "No control was run (experiment.controls is empty), so nothing here can tell what synthetic rows bring from "
        "what mere weights would."
    ]
    return Section(
        "controls",
        "Controls",
        [unbalanced.strip()] if unbalanced else none if controls is not None and controls.empty else [],
        tables=[
            *(
                make_table(
                    rows,
                    name=f"controls_{classifier}",
                    title=f"Without synthetic rows: {style.display(classifier, style.CLASSIFIERS)}",
                    text=_controls_in_words(rows["control"]) + unbalanced + _without_interval(rows),
                    columns=_control_columns(classifier, style.interval_label(interval)),
                )
                for classifier, rows in by_classifier(tables.get("controls"))
            ),
            *gains_tables(tables.get("gains"), interval),
        ],
    )


def metrics_section(tables: Mapping[str, pd.DataFrame], interval: str) -> Section:
    """Calibration, ranking and decisions at the prevalence of the test rows."""
    texts = {
        "calibration": "At the prevalence of the test rows. An intercept below zero means that risks are estimated "
        "too high, as they are wherever the classes were balanced; a slope below one, that they are too extreme.",
        "decisions": "At the prevalence of the test rows. Sensitivity, specificity, F1 and Matthews' correlation "
        "(MCC) belong to the decision that each fit makes by itself, a risk above one half or a positive score, "
        "except with a tuned threshold.",
    }
    parts = {"calibration": CALIBRATION, "decisions": _DECISIONS}
    unbalanced = _without_balance(tables, "the generators, minority weights and random copies there.")
    return Section(
        "metrics",
        "Calibration and decisions",
        tables=[
            make_table(
                shown,
                name=f"{part}_{classifier}",
                title=f"{part.capitalize()}: {style.display(classifier, style.CLASSIFIERS)}",
                text=f"{texts[part]} The m of VTSS is its median choice.{unbalanced}{_without_interval(shown)}",
                columns=_metric_columns(parts[part], style.interval_label(interval)),
                folded=True,
            )
            for classifier, rows in by_classifier(tables.get("metrics"))
            for part, shown in _metric_parts(rows, parts)
        ],
    )


def _controls_in_words(names: pd.Series) -> str:
    found = {style.identifier(str(name), style.CONTROLS) for name in names}
    return f"What the same splits give without a generator: {'; '.join(_CONTROLS[n] for n in _CONTROLS if n in found)}."


def _without_balance(tables: Mapping[str, pd.DataFrame], lacks: str) -> str:
    """Say what a grid without m = 1 leaves out; each size on the grid has a row of differences to weights."""
    gains, differences = tables.get("gains"), tables.get("differences")
    if gains is None or differences is None or differences.empty or not gains.empty:
        return ""
    return _NO_BALANCE + lacks


def _without_interval(rows: pd.DataFrame) -> str:
    """Say so where no row has limits, as with one split."""
    limits = rows.filter(regex="_(low|high)$")
    return _NO_INTERVAL if limits.isna().all(axis=None) else ""


def _with_both_intervals(quantity: str, key: str, *, shown: bool = False) -> Column:
    """Show a mean; its intervals too if `shown`, else only where every value has a column of its own."""
    intervals = [style.interval_label(name) for name in INTERVALS]
    limits = [f"{quantity}, {interval}, {limit}" for interval in intervals for limit in ("low", "high")]
    return Column(
        f"{quantity} ({'; '.join(intervals)})" if shown else quantity,
        "{:.4f}",
        limit_columns(key),
        " ({:.4f} to {:.4f}; {:.4f} to {:.4f})" if shown else "",
        (f"{quantity}, mean", *limits),
    )


def _summary_columns(classifier: str, criterion: str) -> dict[str, Column]:
    vtss = style.with_unit(f"{RISK} of VTSS by {criterion}", classifier)
    raw, naive = (style.with_unit(f"{RISK} at m\u00a0=\u00a0{m}", classifier) for m in (0, 1))
    return {
        **CELL_COLUMNS,
        "raw": _with_both_intervals(raw, "raw"),
        "naive": _with_both_intervals(naive, "naive"),
        "best_multiplier": Column("Best m", "{:.2f}"),
        "best": Column(style.with_unit(f"{RISK} at best m", classifier), "{:.4f}"),
        "best_at_edge": Column("Best m on edge"),
        "vtss": _with_both_intervals(vtss, "vtss", shown=True),
        "vtss_multiplier": Column("VTSS median m", "{:.2f}"),
        "edge_share": Column("VTSS on edge", SHARE, names=("VTSS on edge (share of splits)",)),
    }


def _control_columns(classifier: str, interval: str) -> dict[str, Column]:
    return {
        "task": Column("Task"),
        "control": Column("Control"),
        "multiplier": Column("m", SIZE),
        "excess_risk": estimate(style.with_unit(RISK, classifier), "excess_risk", "{:.4f}", interval),
        "balanced_accuracy": estimate("Balanced accuracy", "balanced_accuracy", "{:.3f}", interval),
    }


def _metric_columns(names: Mapping[str, str], interval: str) -> dict[str, Column]:
    return {
        "task": Column("Task"),
        "method": Column("Training"),
        "multiplier": Column("m", SIZE),
        "n_splits": Column("Splits", COUNT),
        **{metric: estimate(words, metric, "{:.3f}", interval) for metric, words in names.items()},
    }


def _metric_parts(
    rows: pd.DataFrame, parts: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the columns of each part; nothing of a part that the classifier has no value of."""
    for part, metrics in parts.items():
        found = [metric for metric in metrics if metric in rows and rows[metric].notna().any()]
        if found:
            ends = [f"{metric}{end}" for metric in found for end in ("", "_low", "_high")]
            yield part, rows[["task", "method", "multiplier", "n_splits", *ends]]
