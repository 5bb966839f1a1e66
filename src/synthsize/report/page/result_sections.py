"""The sections about what the sizes and the controls reach: excess risk, calibration, decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from synthsize.catalogue.metrics import of_kind
from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Section, estimate, make_table
from synthsize.report.page.comparison_sections import CELL_COLUMNS, SHARE, SIZE, gains_tables, risk_in_short
from synthsize.report.rows import by_classifier
from synthsize.report.tables.summary import INTERVALS, limit_columns

_NO_BALANCE = (
    " m = 1 is not on the grid (experiment.multipliers), so what would be shown at m = 1 is missing: "
)
_LEVELS = {  # by whether an oracle is known
    True: "Each interval lies around a level that the fit behind the lowest risk inflates: it need not hold the true "
    "excess risk. Make claims beyond this cohort of differences.",
    False: "The lowest risk that a model of this kind can reach is not known, so the level is the risk itself; make "
    "claims beyond this cohort of differences.",
}
_NO_INTERVAL = " No interval can be given: it takes two splits."
PARTS = {"calibration": ("estimate",), "decisions": ("ranking", "decision")}  # kinds of metrics of each table


def results_section(tables: Mapping[str, pd.DataFrame], names: Names) -> Section:
    """Excess risk, or balanced risk where no oracle is known, at the sizes that matter."""
    text = (
        "Mean over the splits without synthetic rows (m = 0), with balanced classes (m = 1), at the m that turned out "
        "best on the test rows, and with the size chosen by validation. A best m on an edge of the grid means that a "
        "wider grid may hold a better one; m = 0 is no edge. Compare the size that validation chose with m = 0 and m = "
        "1: the best m was selected on the test rows, and cannot be known beforehand. "
    )
    return Section(
        "results",
        "Results",
        tables=[
            make_table(
                rows.drop(columns="criterion"),
                name=f"summary_{classifier}",
                title=f"{names.risk(classifier)} by synthetic size: {names.learner(classifier)}",
                text=text
                + _LEVELS[names.has_oracle(classifier)]
                + _without_balance(tables, "the risk with balanced classes.")
                + _without_interval(rows),
                columns=_summary_columns(classifier, names, str(rows["criterion"].iloc[0])),
            )
            for classifier, rows in by_classifier(tables.get("summary"), names)
        ],
    )


def controls_section(tables: Mapping[str, pd.DataFrame], names: Names, interval: str) -> Section:
    """Show what the same splits give without a generator, and what a generator adds to mere weights."""
    controls = tables.get("controls")
    lacks = "minority weights, random oversampling, and the comparison of generators with weights of the same size."
    unbalanced = _without_balance(tables, lacks)
    none = [
        "No control was run (experiment.controls is empty), so the effect of synthetic rows cannot be separated "
        "from that of weights."
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
                    title=f"Without synthetic rows: {names.learner(classifier)}",
                    text=_controls_in_words(rows["control"], names) + unbalanced + _without_interval(rows),
                    columns=_control_columns(classifier, names, style.interval_label(interval)),
                )
                for classifier, rows in by_classifier(tables.get("controls"), names)
            ),
            *gains_tables(tables.get("gains"), names, interval),
        ],
    )


def metrics_section(tables: Mapping[str, pd.DataFrame], names: Names, interval: str) -> Section:
    """Calibration, ranking and decisions at the prevalence of the test rows."""
    texts = {
        "calibration": "At the prevalence of the test rows. An intercept below zero means that risks are estimated "
        "too high, as they are wherever the classes were balanced; a slope below one, that they are too extreme. Risks "
        "that will be read as they are need an intercept near zero and a slope near one.",
        "decisions": "At the prevalence of the test rows. Sensitivity, specificity, F1 and Matthews' correlation "
        "(MCC) belong to the decision that each fit makes by itself, a risk above one half or a positive score, "
        "except with a tuned threshold. Where the AUROC is the same, fits rank equally well, and a difference in "
        "sensitivity is one of the cut-off.",
    }
    parts = {
        part: [name for name in of_kind(*kinds) if name != "balanced_accuracy"]  # has figures of its own
        for part, kinds in PARTS.items()
    }
    unbalanced = _without_balance(tables, "the generators, minority weights and random oversampling there.")
    return Section(
        "metrics",
        "Calibration and decisions",
        tables=[
            make_table(
                shown,
                name=f"{part}_{classifier}",
                title=f"{part.capitalize()}: {names.learner(classifier)}",
                text=f"{texts[part]} The m of VTSS is its median choice.{unbalanced}{_without_interval(shown)}",
                columns=_metric_columns(parts[part], names, style.interval_label(interval)),
                folded=True,
            )
            for classifier, rows in by_classifier(tables.get("metrics"), names)
            for part, shown in _metric_parts(rows, parts)
        ],
    )


def _controls_in_words(labels: pd.Series, names: Names) -> str:
    found = set(labels)
    words = [
        entry.words if entry.label.lower() in entry.words else f"{entry.words} ({entry.label})"
        for entry in names.controls.values()
        if entry.label in found
    ]
    return f"What the same splits give without a generator: {'; '.join(words)}."


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


def _summary_columns(classifier: str, names: Names, criterion: str) -> dict[str, Column]:
    risk = risk_in_short(classifier, names)
    vtss = names.with_unit(f"{risk} of VTSS by {criterion}", classifier)
    raw, naive = (names.with_unit(f"{risk} at m\u00a0=\u00a0{m}", classifier) for m in (0, 1))
    return {
        **CELL_COLUMNS,
        "raw": _with_both_intervals(raw, "raw"),
        "naive": _with_both_intervals(naive, "naive"),
        "best_multiplier": Column("Best m", "{:.2f}"),
        "best": Column(names.with_unit(f"{risk} at best m", classifier), "{:.4f}"),
        "best_at_edge": Column("Best m on edge"),
        "vtss": _with_both_intervals(vtss, "vtss", shown=True),
        "vtss_multiplier": Column("VTSS median m", "{:.2f}"),
        "edge_share": Column("VTSS on edge", SHARE, names=("VTSS on edge (share of splits)",)),
    }


def _control_columns(classifier: str, names: Names, interval: str) -> dict[str, Column]:
    return {
        "task": Column("Task"),
        "control": Column("Control"),
        "multiplier": Column("m", SIZE),
        "risk": estimate(
            names.with_unit(risk_in_short(classifier, names), classifier), "risk", "{:.4f}", interval
        ),
        "balanced_accuracy": estimate("Balanced accuracy", "balanced_accuracy", "{:.3f}", interval),
    }


def _metric_columns(metrics: list[str], names: Names, interval: str) -> dict[str, Column]:
    return {
        "task": Column("Task"),
        "method": Column("Training"),
        "multiplier": Column("m", SIZE),
        "n_splits": Column("Splits", COUNT),
        **{
            metric: estimate(names.metric_with_unit(metric, ""), metric, "{:.3f}", interval)
            for metric in metrics
        },
    }


def _metric_parts(rows: pd.DataFrame, parts: Mapping[str, list[str]]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the columns of each part; nothing of a part that the classifier has no value of."""
    for part, metrics in parts.items():
        found = [metric for metric in metrics if metric in rows and rows[metric].notna().any()]
        if found:
            ends = [f"{metric}{end}" for metric in found for end in ("", "_low", "_high")]
            yield part, rows[["task", "method", "multiplier", "n_splits", *ends]]
