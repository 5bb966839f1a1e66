"""A metric against the synthetic size, tasks by generators, with the level VTSS reaches: a figure per metric."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from synthsize.catalogue.metrics import LOWER_IS_BETTER
from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import Table
from synthsize.report.figures.curve_cells import CellGrid, lay_out
from synthsize.report.figures.curve_panels import REALISED_MARK, VTSS_BAND_ALPHA, draw_row
from synthsize.report.figures.curve_ranges import full_scale, x_limits, zoom
from synthsize.report.figures.frame import frame
from synthsize.report.figures.number_tables import by_generator
from synthsize.report.figures.panels import LABEL_WIDTH, MOST_COLUMNS, arrow, panel_grid
from synthsize.report.rows import select
from synthsize.report.wording import in_a_row, interval_words, sample_in_words, splits_in_words

MARK_MARGIN = 0.008  # of the figure's width, for marks that stand right of the last panels
FEW_CELLS = 4  # up to this number a caption lists panels by name


def draw_curves(
    curves: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame,
    *,
    metric: str,
    names: Names,
    classifier: str,
    interval: str,
) -> Figure:
    """Grid of panels, a row per task and a column per generator.

    The upper panels show the curves around balance, `ZOOM_FROM` and above, where sizes compete. The level
    without synthetic rows often lies far off; where it does, an arrow at the panel's edge gives its value,
    and, unless the generators take several lines, a second block of panels shows the full scale.

    Parameters
    ----------
    curves : DataFrame
        Columns task, classifier, generator, metric, multiplier, realised_multiplier, mean, low, high, interval,
        n_splits, n_train_mean and n_test_mean.
    vtss : DataFrame
        Columns task, classifier, generator, criterion, metric, mean, low, high, interval and
        multiplier_median.
    controls : DataFrame
        Columns task, classifier, control, multiplier, metric, mean and interval; may have no rows.
    metric : str
        Which metric to draw.
    classifier : str
        Whose results to draw.
    names : Names
        Of the run.
    interval : str
        Which interval the bands show.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the table has no row of this metric, classifier and interval.
    """
    grid = lay_out(
        curves,
        vtss,
        controls,
        metric=metric,
        classifier=classifier,
        names=names,
        interval=interval,
    )
    with mpl.rc_context(style.RC):
        return _draw_grid(grid)


def curves_caption(
    curves: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame,
    *,
    metric: str,
    names: Names,
    classifier: str,
    interval: str,
) -> str:
    """Sentences that explain the figure to its reader; parameters as in `draw_curves`."""
    grid = lay_out(
        curves,
        vtss,
        controls,
        metric=metric,
        classifier=classifier,
        names=names,
        interval=interval,
    )
    better = "lower" if metric in LOWER_IS_BETTER else "higher"
    return " ".join(
        [
            f"{names.metric_with_unit(metric, classifier)} of {names.in_sentence(classifier)} on test rows, "
            "against the amount of synthetic minority rows, as a multiple m of the class gap (m = 0 adds none, m "
            f"= 1 balances the classes); {better} is better.",
            f"Solid: mean over {sample_in_words(grid.curves)}.",
            *_sentences_about_vtss(grid),
            f"Bands: {style.interval_label(interval)} at each m by itself."
            if grid.has_intervals
            else "No interval can be given.",
            *_sentences_about_the_scale(grid),
            *_sentences_about_controls(grid),
            *_sentences_about_realised_sizes(grid),
            "Whether rows help is shown by the paired differences: bands may overlap where a difference within a split "
            "is clear.",
        ]
    )


def curves_numbers(
    curves: pd.DataFrame, *, metric: str, names: Names, classifier: str, interval: str
) -> Table:
    """Tabulate the curves: a row per task and multiplier, a column per generator."""
    text = f"{names.metric_with_unit(metric, classifier)}, mean over the splits ({style.interval_label(interval)})."
    shown = select(curves, {"metric": metric, "classifier": classifier, "interval": interval})
    return by_generator(shown, names, name=f"numbers_{metric}_{classifier}", text=text)


def _sentences_about_vtss(grid: CellGrid) -> Iterator[str]:
    if not grid.criterion:
        yield "VTSS reached no level here."
        return
    yield (
        "Dashed: the level reached when validation chooses the size in each split by "
        f"{style.display(grid.criterion, style.CRITERIA)} (VTSS), with a mark at the median size it chose."
    )


def _sentences_about_the_scale(grid: CellGrid) -> Iterator[str]:
    if not grid.has_raw:
        return
    raw = "Dotted: the level without synthetic rows"
    if not _is_cropped(grid):
        yield f"{raw}."
        return
    if not _has_strips(grid):
        yield (
            "Panels show the part around balance, and curves and bands may leave them. "
            f"{raw}; where a panel ends before it, an arrow gives its value."
        )
        return
    yield (
        "Upper panels show the part around balance, and curves and bands may leave them; lower panels show the full "
        f"scale. {raw}; where an upper panel ends before it, an arrow gives its value."
    )


def _sentences_about_controls(grid: CellGrid) -> Iterator[str]:
    if "weights" in grid.controls:
        yield (
            "Thin: real minority rows weighted as heavily as m would make them, without any synthetic row."
        )
    levels = [_word(grid, name) for name in grid.names.marked_controls if name in grid.controls]
    if levels:
        yield f"Marks at the right edge: {in_a_row(levels)}, without any synthetic row."
    if not grid.controls:
        yield "No control was run beside the generators."


def _sentences_about_realised_sizes(grid: CellGrid) -> Iterator[str]:
    cells = [
        f"{task} with {grid.names.generator(generator)}"
        for task, generator, cell in grid
        if len(cell.elsewhere)
    ]
    if cells:
        where = ", ".join(cells) if len(cells) <= FEW_CELLS else f"{len(cells)} panels"
        yield (
            "Crosses: the multiplier that was realised by the rows added, where it is not the one asked for "
            f"({where})."
        )


def _draw_grid(grid: CellGrid) -> Figure:
    lower_is_better = grid.metric in LOWER_IS_BETTER
    n_tasks, has_strips = len(grid.tasks), _has_strips(grid)
    strips = [f"{textwrap.fill(task, LABEL_WIDTH)},\nfull scale" for task in grid.tasks] * has_strips
    figure, panels = panel_grid(
        [*grid.tasks, *strips],
        [grid.names.generator(name) for name in grid.generators],
        height=[style.PANEL_HEIGHT] * n_tasks + [style.STRIP_HEIGHT] * len(strips),
        margin=MARK_MARGIN,
    )
    for i, row in enumerate(grid.rows):
        draw_row(panels[i], row, zoom(row, lower_is_better))
        if has_strips:
            draw_row(panels[n_tasks + i], row, full_scale(row))
    panels[0, 0].set_xlim(*x_limits(grid.rows))
    frame(
        figure,
        x="Synthetic-size multiplier m",
        y=grid.names.metric_with_unit(grid.metric, grid.classifier),
        handles=_handles(grid),
        columns=3 if grid.has_intervals else 2,
    )
    return figure


def _is_cropped(grid: CellGrid) -> bool:
    """Return whether the level without synthetic rows lies beyond some panel around balance."""
    lower_is_better = grid.metric in LOWER_IS_BETTER
    return any(arrow(cell.raw, zoom(row, lower_is_better)) for row in grid.rows for cell in row)


def _has_strips(grid: CellGrid) -> bool:
    """Return whether a second block of panels shows the full scale; rows broken into lines would make it too long."""
    return _is_cropped(grid) and len(grid.generators) <= MOST_COLUMNS


def _handles(grid: CellGrid) -> list[Line2D | Patch]:
    splits = splits_in_words(grid.curves["n_splits"])
    words = f"mean over {splits}" + ("" if grid.has_intervals else ", no interval")
    lines = [Line2D([], [], color=style.CURVE_COLOUR, label=words), *_vtss_handles(grid)]
    # A legend fills its columns one by one; each line stands above its own band.
    pairs = [handle for pair in zip(lines, _band_handles(grid), strict=False) for handle in pair]
    at_zero = all(cell.raw_at_zero for _, _, cell in grid)
    words = "no synthetic rows (m = 0)" if at_zero else "raw data"
    raw = Line2D([], [], color=style.RAW_COLOUR, linestyle=":", label=words)
    balanced = Line2D([], [], color=style.GREY, linewidth=0.5, label="classes balanced (m = 1)")
    beside = [*([raw] if grid.has_raw else []), balanced, *_control_handles(grid), *_realised_handles(grid)]
    return [*(pairs or lines), *beside]


def _band_handles(grid: CellGrid) -> list[Patch]:
    if not grid.has_intervals:
        return []
    return [
        Patch(facecolor=style.CURVE_COLOUR, alpha=style.BAND_ALPHA, label=interval_words(grid.interval)),
        Patch(facecolor=style.VTSS_COLOUR, alpha=VTSS_BAND_ALPHA, label="the same for VTSS"),
    ]


def _vtss_handles(grid: CellGrid) -> list[Line2D]:
    if not grid.criterion:
        return []
    words = f"size chosen by {style.display(grid.criterion, style.CRITERIA)} (VTSS), mark: median m"
    return [Line2D([], [], color=style.VTSS_COLOUR, linestyle="--", marker="D", label=words)]


def _control_handles(grid: CellGrid) -> list[Line2D]:
    handles = [
        Line2D([], [], **style.control_mark(marker), label=_word(grid, control))
        for control, marker in grid.names.marked_controls.items()
        if control in grid.controls
    ]
    if "weights" in grid.controls:
        label = "minority weights that match m"
        handles.append(Line2D([], [], color=style.WEIGHTS_COLOUR, linewidth=0.8, label=label))
    return handles


def _realised_handles(grid: CellGrid) -> list[Line2D]:
    if not any(len(cell.elsewhere) for _, _, cell in grid):
        return []
    label = "realised m, where it is another"
    return [
        Line2D(
            [], [], color=style.CURVE_COLOUR, marker=REALISED_MARK, markersize=4, linestyle=":", label=label
        )
    ]


def _word(grid: CellGrid, control: str) -> str:
    return grid.names.control(control).lower()
