import itertools

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.errors import InputError
from synthsize.report.figures import pareto
from synthsize.report.figures.save import save_figure

GRID = (0.0, 1.0, 2.0)
METRICS = {
    "balanced_risk": (0.9, 0.6, 0.65),
    "log_loss": (0.3, 0.5, 0.7),
    "calibration_intercept": (0.0, -1.5, -2.5),
}


def caption(*tables, **settings):
    return pareto.caption(*tables, names=names_of({}), **settings)


@pytest.fixture
def curves(names):
    rows = [
        {
            "task": task,
            "classifier": "logistic",
            "generator": generator,
            "metric": metric,
            "multiplier": multiplier,
            "mean": value + 0.01 * i,
            "interval": interval,
            "n_splits": 7,
            "n_train_mean": 801.5,
            "n_test_mean": 199.0,
        }
        for task, (i, generator), interval in itertools.product(
            names.tasks, enumerate(("smote", "jitter")), ("normal", "nadeau_bengio")
        )
        for metric, values in METRICS.items()
        for multiplier, value in zip(GRID, values, strict=True)
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def controls(curves):
    weights = curves[curves["generator"] == "smote"].assign(control="weights")
    level = weights[weights["multiplier"] == 1].assign(multiplier=np.nan)
    points = [level.assign(control=name) for name in ("class_weight", "prior_shift", "threshold")]
    return pd.concat([weights, *points]).drop(columns="generator")


@pytest.fixture
def draw(names):
    return lambda curves, controls, **changes: pareto.draw(
        curves, controls, **({"classifier": "logistic", "names": names} | changes)
    )


def path(panel, gid):
    (found,) = [line for line in panel.lines if line.get_gid() == gid]
    return found.get_xydata().round(9).tolist()


def words(panel):
    return [text.get_text() for text in panel.texts]


def test_paths_hold_risk_against_calibration_along_m(curves, controls, draw):
    figure = draw(curves, controls)
    assert path(figure.axes[0], "smote") == [[0.3, 0.9], [0.5, 0.6], [0.7, 0.65]]
    assert path(figure.axes[1], "jitter") == [[0.01, 0.91], [-1.49, 0.61], [-2.49, 0.66]]
    assert path(figure.axes[0], "weights") == path(figure.axes[0], "smote")
    assert [panel.get_xlabel() for panel in figure.axes[4:]] == [
        "Log-loss at natural prevalence (nats; lower is better)",
        "Calibration intercept (log odds; below 0: risks too high)",
    ]
    assert figure.get_supylabel() == "Balanced risk (nats)"


def test_controls_are_points(curves, controls, draw):
    panel = draw(curves, controls).axes[0]
    assert path(panel, "class_weight") == path(panel, "prior_shift") == [[0.5, 0.6]]


def test_controls_do_not_hide_the_marks_beneath(curves, controls, draw):
    panel = draw(curves, controls).axes[0]
    marks = {line.get_gid(): line.get_markerfacecolor() for line in panel.lines}
    assert marks["class_weight"] == marks["prior_shift"] == "none"


def test_ends_and_balance_are_marked(curves, controls, draw):
    panel = draw(curves, controls).axes[0]
    marks = {
        (line.get_marker(), *line.get_xydata()[0].round(9))
        for line in panel.lines
        if len(line.get_xydata()) == 1
    }
    assert {("o", 0.3, 0.9), ("o", 0.5, 0.6), ("^", 0.7, 0.65)} <= marks


def test_without_calibration_every_panel_says_so(curves, controls, draw):
    risk = curves[curves["metric"] == "balanced_risk"]
    figure = draw(risk, controls[controls["metric"] == "balanced_risk"])
    assert [words(panel) for panel in figure.axes] == [["no result"]] * 6
    assert not figure.axes[0].get_xticks().size  # no scale for nothing
    assert "no result" in caption(risk, controls, classifier="logistic")


def test_one_measure_missing_in_one_task(curves, controls, draw):
    gone = (curves["task"] == "sepsis") & (curves["metric"] == "log_loss")
    figure = draw(curves.assign(mean=curves["mean"].mask(gone)), controls)
    assert [i for i, panel in enumerate(figure.axes) if words(panel) == ["no result"]] == [2]


def test_no_controls(curves, controls, draw, tmp_path, names):
    figure = draw(curves, controls[:0])
    shown = [text.get_text() for text in figure.legends[0].get_texts()]
    assert shown == [
        "SMOTE",
        "Gaussian jitter",
        "m = 0, the raw data",
        "m = 1, classes balanced",
        "m = 2, end of the grid",
    ]
    assert "beside them" not in caption(curves, controls[:0], classifier="logistic")
    output = [tmp_path / "pareto.png"]
    save_figure(draw(curves, controls[:0], classifier="logistic", names=names), output)
    assert output[0].stat().st_size > 0


def test_a_missing_point_does_not_hide_the_others(curves, controls, draw):
    gone = (curves["multiplier"] == 1.0) & (curves["metric"] == "log_loss")
    figure = draw(curves.assign(mean=curves["mean"].mask(gone)), controls)
    start, gap, end = path(figure.axes[0], "smote")
    assert (start, end) == ([0.3, 0.9], [0.7, 0.65])
    assert np.isnan(gap[0])
    assert words(figure.axes[0]) == [
        "SMOTE: 1 of 3 sizes: no result\nGaussian jitter: 1 of 3 sizes: no result"
    ]
    assert words(figure.axes[1]) == []


def test_marks_are_those_on_the_grid(curves, controls, draw):
    alone = curves[curves["multiplier"] == 1.0]
    shown = [text.get_text() for text in draw(alone, controls[:0]).legends[0].get_texts()]
    assert shown == ["SMOTE", "Gaussian jitter", "m = 1, classes balanced"]
    assert "marked at m = 1, classes balanced (filled circle)." in caption(
        alone, controls[:0], classifier="logistic"
    )


def test_caption_counts_splits_and_names_controls(curves, controls):
    text = caption(curves, controls, classifier="logistic")
    assert "Means over 7 splits with 802 training and 199 test rows each, without intervals" in text
    assert "beside them: shifted prior, class weights." in text
    assert (
        "marked at m = 0, the raw data (open circle), m = 1, classes balanced (filled circle), m = 2, end of"
        in text
    )


def test_nothing_to_draw(curves, controls, draw):
    with pytest.raises(InputError, match=r"no row of 'svm'; check experiment\.classifiers"):
        draw(curves, controls, classifier="svm")
