"""The frame of figures with many panels: nothing is cut off or overlaps, and none is wider than a page."""

from itertools import chain

import matplotlib as mpl
import numpy as np
import pytest
from legible import illegible
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from synthsize.report import style
from synthsize.report.figures.frame import frame, legend_beside
from synthsize.report.figures.panels import in_groups, panel_grid, panels_in_line, share_scales

LONG = "Balanced excess risk minus that at m = 1 with a very long name of its unit (hinge loss)"


@pytest.fixture(autouse=True)
def look():
    with mpl.rc_context(style.RC):
        yield


def lines(labels):
    return [Line2D([], [], label=label) for label in labels]


def drawn(figure):
    figure.draw_without_rendering()
    return figure


def test_words_over_each_other_and_beyond_the_edge_are_found():
    figure = Figure(figsize=(2, 1))
    figure.text(0.1, 0.1, "one")
    figure.text(0.1, 0.12, "two")
    figure.text(0.9, 0.8, "far right")
    assert illegible(drawn(figure)) == ["cut off: 'far right'", "'one' over 'two'"]


def test_a_long_name_of_an_axis_fits_a_figure_of_one_row():
    figure, _ = panel_grid(["Sepsis"], ["SMOTE", "ADASYN"])
    frame(figure, x="m", y=LONG, handles=lines(["mean", "band"]))
    assert illegible(drawn(figure)) == []
    assert figure.get_supylabel().replace("\n", " ") == LONG
    assert "\n" in figure.get_supylabel()


def test_a_legend_takes_as_many_columns_as_fit_and_makes_room_for_them():
    names = [f"Transformer from scratch, weight 0.{i}" for i in range(14)]
    figure, panels = panel_grid(["Sepsis"], ["SMOTE"])
    height = figure.get_figheight()
    frame(figure, handles=lines(names), columns=4)
    drawn(figure)
    assert illegible(figure) == []
    assert figure.get_figheight() > height
    assert panels[0, 0].get_position().height * figure.get_figheight() > 0.8 * style.PANEL_HEIGHT


def test_few_panels_stay_in_one_line_and_many_fill_lines_evenly():
    assert [panels_in_line(n) for n in (1, 4, 6, 7, 10, 11, 12, 30)] == [1, 4, 6, 4, 5, 4, 4, 5]


def test_a_row_of_many_panels_breaks_into_lines_with_titles_of_their_own():
    generators = [f"Adversarial random forest {i}" for i in range(11)]
    figure, panels = panel_grid(["In-hospital mortality", "Sepsis"], generators)
    panels[0, 0].set_xlim(0, 2)
    panels[1, 3].set_ylim(0, 7)
    frame(figure, x="m", y=LONG, handles=lines(["mean"]))
    drawn(figure)
    assert panels.shape == (2, 11)
    assert figure.get_figwidth() == style.PAGE_WIDTH
    assert [panel.get_title().replace("\n", " ") for panel in panels[1]] == generators
    assert {panel.get_xlim() for panel in panels.flat} == {(0, 2)}
    assert [{panel.get_ylim() for panel in row} for row in panels] == [{(0, 1)}, {(0, 7)}]
    assert illegible(figure) == []
    # The last line is one short: the panel above the gap keeps its numbers.
    numbered = [panel.xaxis.get_tick_params()["labelbottom"] for panel in panels[1]]
    assert numbered == [False] * 7 + [True] * 4
    left = [panel.yaxis.get_tick_params()["labelleft"] for panel in panels[0]]
    assert left == [place % 4 == 0 for place in range(11)]


def test_curves_are_dealt_to_groups_in_order():
    assert in_groups(["a"]) == [["a"]]
    assert [len(group) for group in in_groups(list("abcdefghijkl"))] == [4, 4, 4]
    assert [*chain.from_iterable(in_groups(list("abcdefg")))] == list("abcdefg")
    assert max(len(group) for n in range(1, 40) for group in in_groups(["x"] * n)) == 5


def test_groups_have_the_scales_of_the_first_and_legends_beside_them():
    figure, panels = panel_grid(["Sepsis"] * 3, ["raw data", "weights"], sharex="row", sharey=False)
    share_scales(panels)
    panels[2, 0].plot([1, 50], [0, 9])
    for row in panels:
        legend_beside(row[-1], lines(["Transformer from scratch, weight 0.25", "SMOTE"]))
    frame(figure, x="rows", y="risk")
    assert len({panel.get_xlim() for panel in panels.flat}) == 1
    assert [len({panel.get_ylim() for panel in column}) for column in panels.T] == [1, 1]
    assert panels[0, 0].get_ylim() != panels[0, 1].get_ylim()
    assert illegible(drawn(figure)) == []
    assert np.isfinite(figure.get_tightbbox().extents).all()
