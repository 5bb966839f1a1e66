import itertools

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.errors import InputError
from synthsize.report.figures import validation_curves
from synthsize.report.figures.save import save_figure


def levels(m):
    return 0.45 + 0.5 * np.exp(-6 * m) + 0.02 * (m - 0.9) ** 2


@pytest.fixture
def validation(names):
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
                "n_train_mean": 801.5,
                "n_test_mean": 199.0,
            }
        )
        for task, classifier, generator, criterion in itertools.product(
            names.tasks, ("logistic", "svm"), ("smote", "adasyn"), ("balanced_accuracy", "balanced_loss")
        )
    ]
    table = pd.concat(blocks, ignore_index=True)
    widths = {"normal": 0.004, "nadeau_bengio": 0.012}
    return pd.concat(
        [
            table.assign(interval=name, low=table["mean"] - width, high=table["mean"] + width)
            for name, width in widths.items()
        ],
        ignore_index=True,
    )


@pytest.fixture
def draw(names):
    settings = {"classifier": "logistic", "names": names, "interval": "normal"}
    return lambda table, **changes: validation_curves.draw(table, **(settings | changes))


def caption(table, classifier="logistic", interval="normal"):
    return validation_curves.caption(table, names=names_of({}), classifier=classifier, interval=interval)


def line(panel, gid):
    (found,) = [found for found in panel.lines if found.get_gid() == gid]
    return found


def words(panel):
    return [text.get_text() for text in panel.texts]


def test_lines_hold_the_numbers_of_the_loss(validation, draw):
    figure = draw(validation)
    wanted = validation.query(
        "task == 'sepsis' and classifier == 'logistic' and generator == 'adasyn' and criterion == 'balanced_loss'"
        " and interval == 'normal'"
    )
    panel = figure.axes[3]
    np.testing.assert_array_equal(line(panel, "curve").get_xydata(), wanted[["multiplier", "mean"]])
    assert line(panel, "chosen").get_xdata()[0] == 0.9
    (band,) = [patch for patch in panel.collections if patch.get_gid() == "band"]
    bounds = band.get_paths()[0].get_extents()
    assert bounds.ymin == pytest.approx(wanted["low"].min())
    assert bounds.ymax == pytest.approx(wanted["high"].max())
    assert figure.get_supylabel() == "Validation balanced loss (nats)"
    assert draw(validation, classifier="svm").get_supylabel() == "Validation balanced loss (hinge loss)"


def test_accuracy_is_drawn_where_no_loss_was_run(validation, draw):
    alone = validation[validation["criterion"] == "balanced_accuracy"]
    figure = draw(alone)
    assert figure.get_supylabel() == "Validation balanced accuracy"
    assert words(figure.axes[0]) == [f"m = 0: {1 - levels(0):.3f} ↓"]
    assert "higher is better" in caption(alone)


def test_a_level_outside_the_panel_is_reported(validation, draw):
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
        "mean over 1 split, no interval",
        "median of the chosen m (VTSS)",
        "classes balanced (m = 1)",
    ]
    assert "mean over 1 split with 802 training and 199 test rows; no interval can be given." in caption(one)


def test_missing_cells_and_missing_points(validation, draw, tmp_path, names):
    validation.loc[(validation["task"] == "mortality") & (validation["generator"] == "smote"), "mean"] = (
        np.nan
    )
    gap = (validation["task"] == "sepsis") & (validation["multiplier"] == 1.0)
    validation.loc[gap, ["mean", "low", "high"]] = np.nan
    gone = (validation["task"] == "septic_shock") & (validation["generator"] == "adasyn")
    figure = draw(validation[~gone])
    assert [i for i, panel in enumerate(figure.axes) if words(panel) == ["no result"]] == [0, 5]
    curve = line(figure.axes[2], "curve")
    assert np.isnan(curve.get_ydata()).sum() == 1  # a gap, not a bridge
    assert curve.get_marker() == "o"  # a point between two gaps would not be seen
    assert words(figure.axes[2])[0].endswith("1 of 21 sizes: no result")
    output = [tmp_path / "validation.svg"]
    save_figure(
        draw(validation[~gone], classifier="svm", names=names, interval="normal"),
        output,
    )
    assert output[0].stat().st_size > 0


def test_two_multipliers_get_marks(validation, draw):
    panel = draw(
        validation[validation["multiplier"].isin([0, 1])], names=names_of({"sepsis": "Sepsis"})
    ).axes[0]
    assert line(panel, "curve").get_marker() == "o"
    bottom, top = panel.get_ylim()
    assert bottom < levels(1) < levels(0) < top  # too few points to look at a part of them


def test_the_interval_that_is_asked_for_is_drawn_and_named(validation, draw):
    for interval, width, words_for_it in (
        ("normal", 0.004, "95% normal interval over splits"),
        ("nadeau_bengio", 0.012, "95% Nadeau-Bengio interval"),
    ):
        figure = draw(validation, interval=interval)
        (band,) = [patch for patch in figure.axes[0].collections if patch.get_gid() == "band"]
        bounds = band.get_paths()[0].get_extents()
        assert bounds.ymin == pytest.approx(levels(np.arange(0, 2.01, 0.1)).min() - width, abs=1e-6)
        assert figure.legends[0].get_texts()[1].get_text() == words_for_it
        assert f"band: {words_for_it} at each m by itself" in caption(validation, interval=interval)


def test_a_very_wide_interval_does_not_flatten_the_curve(validation, draw):
    panel = draw(validation.assign(low=-9.0, high=9.0)).axes[0]
    bottom, top = panel.get_ylim()
    seen = levels(np.arange(0.5, 2.01, 0.1))
    assert np.ptp(seen) > 0.25 * (top - bottom)


def test_one_multiplier(validation, draw):
    panel = draw(validation[validation["multiplier"] == 1.0], names=names_of({"sepsis": "Sepsis"})).axes[0]
    assert line(panel, "curve").get_xydata().round(9).tolist() == [[1.0, round(levels(1), 9)]]
    bottom, top = panel.get_ylim()
    assert bottom < levels(1) < top


def test_no_result_at_all(validation, draw):
    nothing = validation.assign(mean=np.nan, low=np.nan, high=np.nan, chosen_median=np.nan)
    assert [words(panel) for panel in draw(nothing).axes] == [["no result"]] * 6


def test_caption_names_splits_and_rows(validation):
    text = caption(validation)
    assert "balanced loss of logistic regression on validation rows" in text
    assert "mean over 5 splits with 802 training and 199 test rows each; band: 95% normal interval" in text


def test_nothing_to_draw(validation, draw):
    with pytest.raises(
        InputError, match=r"no row of 'forest' with interval 'normal'; check experiment\.classifiers"
    ):
        draw(validation, classifier="forest")
