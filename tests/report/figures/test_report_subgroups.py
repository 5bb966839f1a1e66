"""What the figure of the subgroups shows, and what it hides."""

import made_up_places
import pytest
from run_names import names_of

from synthsize.errors import InputError
from synthsize.report.figures import subgroups

SHOWN = {
    "names": names_of({"mortality": "In-hospital death"}),
    "classifier": "logistic",
    "interval": "nadeau_bengio",
    "suppress_below": 10,
}
SIZES = {
    ("sex", "F"): (200, 40),
    ("sex", "M"): (220, 5),
    ("age", "85 and over"): (50, 20),
    ("age", "under 45"): (370, 25),
    ("stratum", "both"): (8, 2),
}


def test_groups_stand_in_order_and_small_ones_are_hidden():
    table = made_up_places.subgroups(SIZES)
    figure = subgroups.draw(table, **SHOWN)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["F", "M", "under 45", "85 and over"]
    sensitivity, specificity, ratio = (
        sum(line.get_gid() == "mean" for line in panel.lines) for panel in figure.axes
    )
    assert (sensitivity, specificity, ratio) == (3 * 4, 4 * 4, 3 * 4)  # men: 5 positives, 215 negatives
    words = subgroups.caption(table, **SHOWN)
    assert "fewer than 10 people" in words
    assert "no value for: both systems" in words
    assert "SMOTE" in words


def test_nothing_is_hidden_when_nothing_is_small():
    table = made_up_places.subgroups({("sex", "F"): (200, 40), ("sex", "M"): (220, 50)})
    assert "not shown" not in subgroups.caption(table, **SHOWN)


def test_a_table_whose_groups_are_all_small_still_makes_a_figure():
    table = made_up_places.subgroups({("stratum", "both"): (8, 2)})
    figure = subgroups.draw(table, **SHOWN)
    assert not any(line.get_gid() == "mean" for panel in figure.axes for line in panel.lines)


def test_strata_that_are_taken_together_stand_last():
    sizes = {("stratum", name): (200, 40) for name in ("all others", "unknown", "hospital 7", "hospital 12")}
    figure = subgroups.draw(made_up_places.subgroups(sizes), **SHOWN)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["hospital 12", "hospital 7", "all others", "unknown"]


def test_an_unknown_classifier_is_rejected():
    with pytest.raises(InputError, match="no row of 'svm'"):
        subgroups.draw(made_up_places.subgroups(SIZES), **SHOWN | {"classifier": "svm"})
