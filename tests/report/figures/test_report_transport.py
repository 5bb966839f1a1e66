"""What the figure of transport shows."""

import made_up_places
import numpy as np
import pytest
from run_names import names_of

from synthsize.errors import InputError
from synthsize.report.figures import transport

SHOWN = {
    "names": names_of({"mortality": "In-hospital death"}),
    "classifier": "logistic",
    "interval": "nadeau_bengio",
}


def points(panel):
    return sorted(float(line.get_xdata()[0]) for line in panel.lines if line.get_gid() == "mean")


def lines(figure):
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def test_each_stratum_has_a_line_below_that_of_the_random_splits():
    figure = transport.draw(made_up_places.transport(), **SHOWN)
    assert lines(figure) == ["random splits", "CareVue", "MetaVision"]
    for panel in figure.axes:
        assert points(panel) == pytest.approx([0, 0, 0.01, 0.01, 0.02, 0.02])
        assert sum(line.get_gid() == "interval" for line in panel.lines) == 6
    words = transport.caption(made_up_places.transport(), **SHOWN)
    assert "trained on the others" in words
    assert "single strata to their own new patients" in words
    whole = made_up_places.transport()
    ends = [name for name in whole if name.endswith(("_low", "_high"))]
    whole.loc[whole["place"] == "stratum", ends] = float("nan")
    assert "single strata, each held out once and as a whole, have none" in transport.caption(whole, **SHOWN)


def test_many_strata_share_a_line_of_points():
    table = made_up_places.transport([f"h{i}" for i in range(20)])
    figure = transport.draw(table, **SHOWN)
    assert lines(figure) == ["random splits", "strata, each: 20", "mean over strata"]
    panel = figure.axes[0]
    assert len(points(panel)) == 2 * 22
    assert sum(line.get_gid() == "interval" for line in panel.lines) == 4
    assert "20 strata share a line" in transport.caption(table, **SHOWN)


def test_without_a_stratum_to_hold_out_the_random_splits_stand_alone():
    table = made_up_places.transport(strata=())
    assert lines(transport.draw(table, **SHOWN)) == ["random splits"]
    assert "no task has two strata" in transport.caption(table, **SHOWN)


@pytest.mark.parametrize(("references", "found"), [(("", "m=0"), 3), (("",), 0)])
def test_without_controls_the_raw_fit_stands_in_or_nothing(references, found):
    figure = transport.draw(made_up_places.transport(references=references), **SHOWN)
    assert len(points(figure.axes[0])) == found
    assert found or "no result" in {text.get_text() for text in figure.axes[0].texts}


def test_a_stratum_without_interval_keeps_its_point():
    table = made_up_places.transport()
    table.loc[table["stratum"] == "carevue", ["nadeau_bengio_low", "nadeau_bengio_high"]] = np.nan
    assert 0.01 in points(transport.draw(table, **SHOWN).axes[0])


def test_an_unknown_classifier_is_rejected():
    with pytest.raises(InputError, match="no row of VTSS for 'svm'"):
        transport.draw(made_up_places.transport(), **SHOWN | {"classifier": "svm"})
