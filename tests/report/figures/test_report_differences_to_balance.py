"""The figure of differences to m = 1: bands, marks, and what it says where they cannot be had."""

import itertools

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.errors import InputError
from synthsize.report.figures import differences_to_balance
from synthsize.report.figures.differences_to_balance import beyond_zero
from synthsize.report.figures.save import save_figure

GRID = np.arange(0, 2.01, 0.1).round(1)


def difference(m):
    """Falls steeply, lies below zero from balance on, and rises again."""
    return 0.5 * (np.exp(-6 * m) - np.exp(-6)) - 0.03 * np.sin(np.pi * (m - 1)) * (m > 1)


def width(m):
    return 0.02 * np.abs(m - 1)


@pytest.fixture
def bands(names):
    blocks = [
        pd.DataFrame(
            {
                "task": task,
                "classifier": classifier,
                "generator": generator,
                "metric": metric,
                "reference": reference,
                "multiplier": GRID,
                "mean": difference(GRID) if (metric, reference) == ("excess_risk", "m=1") else 7.0,
                "level": 0.95,
                "n_splits": 5,
                "n_train_mean": 801.5,
                "n_test_mean": 199.0,
            }
        )
        for task, classifier, generator, metric, reference in itertools.product(
            names.tasks,
            ("logistic", "svm"),
            ("smote", "adasyn"),
            ("balanced_accuracy", "excess_risk"),
            ("none", "m=0", "m=1"),
        )
    ]
    table = pd.concat(blocks, ignore_index=True)
    for name, factor in (("nadeau_bengio", 1), ("simultaneous", 1.5)):
        half = factor * width(table["multiplier"])
        table[f"{name}_low"], table[f"{name}_high"] = table["mean"] - half, table["mean"] + half
    return table


@pytest.fixture
def draw(names):
    settings = {"classifier": "logistic", "names": names}
    return lambda table, **changes: differences_to_balance.draw(table, **(settings | changes))


def caption(table, classifier="logistic"):
    return differences_to_balance.caption(table, names=names_of({}), classifier=classifier)


def found(artists, gid):
    return [artist for artist in artists if artist.get_gid() == gid]


def words(panel):
    return [text.get_text() for text in panel.texts]


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def without_bands(table):
    ends = [f"{kind}_{end}" for kind in ("nadeau_bengio", "simultaneous") for end in ("low", "high")]
    return table.assign(**dict.fromkeys(ends, np.nan))


def test_the_difference_to_balance_is_drawn_and_no_other(bands, draw):
    figure = draw(bands)
    for panel in figure.axes:
        (line,) = found(panel.lines, "curve")
        np.testing.assert_array_equal(line.get_xydata(), np.column_stack([GRID, difference(GRID)]))
        (zero,) = found(panel.lines, "zero")
        assert set(zero.get_ydata()) == {0}
    assert figure.get_supylabel() == "Balanced excess risk minus that at m = 1 (nats)"
    assert draw(bands, classifier="svm").get_supylabel().endswith("(hinge loss)")


def test_the_band_is_the_wider_and_the_lighter(bands, draw):
    panel = draw(bands).axes[0]
    (band,), (interval,) = (found(panel.collections, name) for name in ("simultaneous", "nadeau_bengio"))
    for area, factor in ((band, 1.5), (interval, 1)):
        corners = area.get_paths()[0].vertices
        at_end = corners[corners[:, 0] == 2.0][:, 1]
        assert np.ptp(at_end) == pytest.approx(2 * factor * width(2.0))
    assert band.get_alpha() < interval.get_alpha()


def test_marks_stand_where_the_whole_band_is_beyond_zero(bands, draw):
    panel = draw(bands).axes[0]
    half = 1.5 * width(GRID)
    (worse,), (better,) = found(panel.lines, "worse"), found(panel.lines, "better")
    assert list(worse.get_xdata()) == list(GRID[difference(GRID) > half])
    assert list(better.get_xdata()) == list(GRID[difference(GRID) < -half])
    assert 0 in worse.get_xdata()  # though it lies outside the panel
    assert len(better.get_xdata())
    assert 1 not in {*worse.get_xdata(), *better.get_xdata()}
    assert {"whole band below zero", "whole band above zero"} < set(legend(draw(bands)))


def test_an_interval_beyond_zero_is_not_enough(bands, draw):
    wide = bands.assign(simultaneous_low=-9.0, simultaneous_high=9.0)
    figure = draw(wide)
    assert not any(found(panel.lines, side) for panel in figure.axes for side in ("better", "worse"))
    assert not any("whole band" in line for line in legend(figure))
    assert "At no size does the whole band lie on one side of zero." in caption(wide)


def test_a_band_without_width_marks_nothing():
    rows = pd.DataFrame({"simultaneous_low": [-0.2, 0.1, -0.2], "simultaneous_high": [-0.2, 0.1, -0.1]})
    marks = beyond_zero(rows)
    assert marks["better"].tolist() == [False, False, True]
    assert not marks["worse"].any()


def test_the_raw_level_is_reported_and_bands_around_balance_stay_inside(bands, draw):
    panel = draw(bands).axes[0]
    assert words(panel) == [f"m = 0: {difference(0):.3f} ↑"]
    bottom, top = panel.get_ylim()
    around = GRID[GRID >= 0.5]
    assert bottom < (difference(around) - 1.5 * width(around)).min()
    assert (difference(around) + 1.5 * width(around)).max() < top < difference(0)


def test_zero_stays_in_sight(bands, draw):
    away = bands.assign(mean=0.4 + 0.01 * bands["multiplier"])
    bottom, top = draw(without_bands(away)).axes[0].get_ylim()
    assert bottom < 0 < 0.4 < top


def test_a_very_wide_band_does_not_flatten_the_curve_to_nothing(bands, draw):
    bottom, top = draw(bands.assign(simultaneous_low=-900.0, simultaneous_high=900.0)).axes[0].get_ylim()
    assert top - bottom < 2


def test_one_split_has_no_band_and_says_so(bands, draw):
    one = without_bands(bands).assign(n_splits=1)
    assert legend(draw(one)) == ["mean over 1 split, no interval", "classes balanced (m = 1)"]
    told = caption(one)
    assert "Line: mean over 1 split with 802 training and 199 test rows; neither band nor interval" in told
    assert "simultaneous" not in told


def test_without_balance_on_the_grid_there_is_no_difference(bands, draw, tmp_path):
    off = bands[bands["multiplier"] != 1].assign(mean=np.nan)
    figure = draw(without_bands(off))
    assert [words(panel) for panel in figure.axes] == [["m = 1 is not\non the grid"]] * 6
    assert caption(off).endswith("No difference can be given: m = 1 is not on the grid.")
    save_figure(figure, [tmp_path / "off.svg"])
    assert (tmp_path / "off.svg").stat().st_size > 0


def test_missing_cells_and_missing_points(bands, draw):
    cell = (bands["task"] == "mortality") & (bands["generator"] == "smote") & (bands["multiplier"] != 1)
    point = (bands["task"] == "sepsis") & (bands["multiplier"] == 0.7)
    bands.loc[cell | point, ["mean", "simultaneous_low", "simultaneous_high"]] = np.nan
    gone = (bands["task"] == "septic_shock") & (bands["generator"] == "adasyn")
    figure = draw(bands[~gone])
    assert [i for i, panel in enumerate(figure.axes) if words(panel) == ["no result"]] == [0, 5]
    (line,) = found(figure.axes[2].lines, "curve")
    assert np.isnan(line.get_ydata()).sum() == 1  # a gap, not a bridge
    assert line.get_marker() == "o"
    assert words(figure.axes[2])[0].endswith("1 of 21 sizes: no result")


def test_marks_leave_the_titles_free(bands, draw, tmp_path):
    figure = draw(bands)
    save_figure(figure, [tmp_path / "bands.png"])
    panel = figure.axes[0]
    marks = [found(panel.lines, side)[0].get_window_extent() for side in ("better", "worse")]
    assert max(mark.y1 for mark in marks) < panel.title.get_window_extent().y0


def test_caption_names_splits_rows_and_what_each_band_is_for(bands):
    told = caption(bands)
    assert "mean over 5 splits with 802 training and 199 test rows each" in told
    assert "95% simultaneous band, which holds for all sizes of a panel at once" in told
    assert "95% Nadeau-Bengio interval, valid for one size" in told
    assert "90% simultaneous" in caption(bands.assign(level=0.9))


def test_nothing_to_draw(bands, draw):
    with pytest.raises(
        InputError, match=r"no difference to m = 1 for 'forest'; check experiment\.classifiers"
    ):
        draw(bands, classifier="forest")
