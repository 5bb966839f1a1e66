import itertools

import numpy as np
import pandas as pd
import pytest

from synthsize.errors import InputError
from synthsize.report.validation import draw_validation, plot_validation, validation_caption


def levels(m):
    return 0.45 + 0.5 * np.exp(-6 * m) + 0.02 * (m - 0.9) ** 2


@pytest.fixture
def validation(task_labels):
    m = np.arange(0, 2.01, 0.1).round(1)
    blocks = [
        pd.DataFrame(
            {
                "task": task,
                "classifier": classifier,
                "generator": generator,
                "criterion": criterion,
                "multiplier": m,
                "mean": levels(m) if criterion == "balanced_loss" else 1 - levels(m),
                "chosen_median": 0.9,
                "n_splits": 5,
            }
        )
        for task, classifier, generator, criterion in itertools.product(
            task_labels, ("logistic", "svm"), ("smote", "adasyn"), ("balanced_accuracy", "balanced_loss")
        )
    ]
    table = pd.concat(blocks, ignore_index=True)
    return table.assign(low=table["mean"] - 0.004, high=table["mean"] + 0.004)


@pytest.fixture
def draw(task_labels):
    return lambda table, **changes: draw_validation(
        table, **({"classifier": "logistic", "task_labels": task_labels} | changes)
    )


def line(panel, gid):
    (found,) = [found for found in panel.lines if found.get_gid() == gid]
    return found


def words(panel):
    return [text.get_text() for text in panel.texts]


def test_lines_hold_the_numbers_of_the_loss(validation, draw):
    figure = draw(validation)
    wanted = validation.query(
        "task == 'sepsis' and classifier == 'logistic' and generator == 'adasyn' and criterion == 'balanced_loss'"
    )
    panel = figure.axes[3]
    np.testing.assert_array_equal(line(panel, "curve").get_xydata(), wanted[["multiplier", "mean"]])
    assert line(panel, "chosen").get_xdata()[0] == 0.9
    (band,) = [patch for patch in panel.collections if patch.get_gid() == "band"]
    bounds = band.get_paths()[0].get_extents()
    assert bounds.ymin == pytest.approx(wanted["low"].min())
    assert bounds.ymax == pytest.approx(wanted["high"].max())
    assert figure.get_supylabel() == "Validation balanced loss (nats)"
    assert draw(validation, classifier="svm").get_supylabel() == "Validation balanced loss (hinge)"


def test_accuracy_is_drawn_where_no_loss_was_run(validation, draw):
    alone = validation[validation["criterion"] == "balanced_accuracy"]
    figure = draw(alone)
    assert figure.get_supylabel() == "Validation balanced accuracy"
    assert words(figure.axes[0]) == [f"m = 0: {1 - levels(0):.3f} ↓"]
    assert "higher is better" in validation_caption(alone, classifier="logistic")


def test_a_level_outside_the_panel_is_told(validation, draw):
    panel = draw(validation).axes[0]
    assert words(panel) == [f"m = 0: {levels(0):.3f} ↑"]
    assert panel.get_ylim()[1] < levels(0)
    flat = validation.assign(mean=0.5, low=0.49, high=0.51)
    assert words(draw(flat).axes[0]) == []


def test_the_best_point_stays_in_sight_below_the_zoom(validation, draw):
    early = validation.assign(mean=0.2 + (validation["multiplier"] - 0.1) ** 2, low=np.nan, high=np.nan)
    bottom, top = draw(early).axes[0].get_ylim()
    assert bottom < 0.2 < top


def test_one_split_has_no_band_and_says_so(validation, draw):
    one = validation.assign(low=np.nan, high=np.nan, n_splits=1)
    assert [text.get_text() for text in draw(one).legends[0].get_texts()] == [
        "mean over 1 split",
        "median of the chosen m (VTSS)",
        "classes balanced (m = 1)",
    ]
    assert "Line: mean over 1 split; no interval can be given." in validation_caption(one, classifier="svm")


def test_missing_cells_and_missing_points(validation, draw, tmp_path, task_labels):
    validation.loc[(validation["task"] == "mortality") & (validation["generator"] == "smote"), "mean"] = (
        np.nan
    )
    gap = (validation["task"] == "sepsis") & (validation["multiplier"] == 1.0)
    validation.loc[gap, ["mean", "low", "high"]] = np.nan
    gone = (validation["task"] == "septic_shock") & (validation["generator"] == "adasyn")
    figure = draw(validation[~gone])
    assert [i for i, panel in enumerate(figure.axes) if words(panel) == ["no result"]] == [0, 5]
    assert np.isnan(line(figure.axes[2], "curve").get_ydata()).sum() == 1  # a gap, not a bridge
    output = [tmp_path / "validation.svg"]
    plot_validation(validation[~gone], classifier="svm", task_labels=task_labels, output=output)
    assert output[0].stat().st_size > 0


def test_two_multipliers_get_marks(validation, draw):
    panel = draw(validation[validation["multiplier"].isin([0, 1])], task_labels={"sepsis": "Sepsis"}).axes[0]
    assert line(panel, "curve").get_marker() == "o"
    bottom, top = panel.get_ylim()
    assert bottom < levels(1) < levels(0) < top  # too few points to look at a part of them


def test_caption_names_splits_and_interval(validation):
    text = validation_caption(validation, classifier="logistic")
    assert "balanced loss of logistic regression on validation rows" in text
    assert "mean over 5 splits; band: 95% normal interval over the splits" in text


def test_nothing_to_draw(validation, draw):
    with pytest.raises(InputError, match=r"no row of 'forest'; check experiment\.classifiers"):
        draw(validation, classifier="forest")
