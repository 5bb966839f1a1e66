import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from synthsize.report import style
from synthsize.report.figures.panels import arrow, note, panel_grid, raw_words, say
from synthsize.report.rows import select
from synthsize.report.wording import sample_in_words, splits_in_words


def test_rows_and_columns_are_named():
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(["In-hospital mortality", "Sepsis"], ["SMOTE", "ADASYN", "Jitter"])
    assert panels.shape == (2, 3)
    assert [panel.get_title() for panel in panels[0]] == ["SMOTE", "ADASYN", "Jitter"]
    assert [panel.get_ylabel() for panel in panels[:, 0]] == ["In-hospital\nmortality", "Sepsis"]
    assert figure.get_size_inches()[0] == style.PAGE_WIDTH


def test_one_panel_is_still_a_grid():
    _, panels = panel_grid(["Sepsis"], ["SMOTE"])
    assert panels.shape == (1, 1)
    say(panels[0, 0])
    assert [text.get_text() for text in panels[0, 0].texts] == ["no result"]


def test_select_keeps_rows_that_match_every_column():
    frame = pd.DataFrame({"a": [1, 1, 2], "b": ["x", "y", "x"]})
    assert select(frame, {"a": 1, "b": "x"}).index.tolist() == [0]
    assert len(select(frame, {})) == 3
    assert select(frame[:0], {"a": 1}).empty


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([], "no split"),
        ([np.nan], "no split"),
        ([1, 1], "1 split"),
        ([20, 20, np.nan], "20 splits"),
        ([18, 20, 19], "18 to 20 splits"),
        ([1, 20], "1 to 20 splits"),
    ],
)
def test_splits_in_words(counts, words):
    assert splits_in_words(counts) == words


def test_sample_in_words():
    cells = pd.DataFrame(
        {"n_splits": [20, 20], "n_train_mean": [2742.3, 2753.4], "n_test_mean": [696.0, 696.2]}
    )
    assert sample_in_words(cells) == "20 splits with 2,742 to 2,753 training and 696 test rows each"
    assert sample_in_words(cells[:1].assign(n_splits=1)) == "1 split with 2,742 training and 696 test rows"
    assert sample_in_words(cells.assign(n_train_mean=np.nan)) == "20 splits"


def test_levels_outside_a_panel_are_pointed_to():
    assert [arrow(level, (0.2, 0.4)) for level in (0.1, 0.3, 0.5, np.nan)] == ["↓", "", "↑", ""]
    assert raw_words(0.5, (0.2, 0.4)) == "m = 0: 0.500 ↑"
    assert raw_words(0.3, (0.2, 0.4)) == ""


def test_notes_stand_where_they_point():
    _, panels = panel_grid(["Sepsis"], ["SMOTE", "ADASYN", "Jitter"])
    for panel, lines in zip(panels[0], (["m = 0: 1 ↑", "a gap"], ["m = 0: 0 ↓", ""], ["", ""]), strict=True):
        note(panel, lines)
    above, below, none = ([(t.get_text(), t.get_va()) for t in panel.texts] for panel in panels[0])
    assert (above, below, none) == ([("m = 0: 1 ↑\na gap", "top")], [("m = 0: 0 ↓", "bottom")], [])


def test_dollar_signs_in_labels_are_no_formula():
    with mpl.rc_context(style.RC):
        _, panels = panel_grid(["costs $5 or $6"], [""])
    label = panels[0, 0].yaxis.label
    assert label.get_text() == "costs $5 or $6"
    assert not label.get_parse_math()
