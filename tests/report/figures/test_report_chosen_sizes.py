import itertools

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.errors import InputError
from synthsize.report.figures import chosen_sizes
from synthsize.report.figures.save import save_figure

GRID = (0.0, 0.5, 1.0, 1.5, 2.0)
SHARES = {
    ("balanced_loss", "argmin"): [0.0, 0.0, 0.5, 0.25, 0.25],
    ("balanced_loss", "1se"): [0.0, 0.75, 0.25, 0.0, 0.0],
    ("balanced_accuracy", "argmin"): [0.25, 0.25, 0.5, 0.0, 0.0],
    ("balanced_accuracy", "1se"): [1.0, 0.0, 0.0, 0.0, 0.0],
}


def caption(*tables, **settings):
    return chosen_sizes.caption(*tables, names=names_of({}), **settings)


@pytest.fixture
def choices(names):
    rows = [
        {
            "task": task,
            "classifier": classifier,
            "generator": generator,
            "criterion": criterion,
            "rule": rule,
            "multiplier": multiplier,
            "count": 4 * share,
            "share": share,
            "n_splits": 4,
            "n_train_mean": 801.5,
            "n_test_mean": 199.0,
        }
        for task, classifier, generator in itertools.product(
            names.tasks, ("logistic", "svm"), ("jitter", "smote")
        )
        for (criterion, rule), shares in SHARES.items()
        for multiplier, share in zip(GRID, shares, strict=True)
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def draw(names):
    return lambda table, **changes: chosen_sizes.draw(
        table, **({"classifier": "logistic", "names": names} | changes)
    )


def bars(panel, gid):
    return {
        round(bar.get_x() + bar.get_width() / 2, 9): bar.get_height()
        for bar in panel.patches
        if bar.get_gid() == gid and bar.get_height()
    }


def edges(panel):
    return sorted(text.get_text() for text in panel.texts if text.get_gid() == "edge")


def test_bars_hold_the_shares_one_criterion_up_the_other_down(choices, draw):
    figure = draw(choices)
    assert [panel.get_title() for panel in figure.axes[:2]] == ["SMOTE", "Gaussian jitter"]
    panel = figure.axes[0]
    assert bars(panel, "balanced_loss") == {1.0: 0.5, 1.5: 0.25, 2.0: 0.25}
    assert bars(panel, "balanced_accuracy") == {0.0: -0.25, 0.5: -0.25, 1.0: -0.5}


def test_the_one_standard_error_choice_is_an_outline(choices, draw):
    panel = draw(choices).axes[0]
    outlines = [bar for bar in panel.patches if bar.get_gid() == "1se"]
    drawn = {(round(bar.get_x() + bar.get_width() / 2, 9), bar.get_height()) for bar in outlines}
    assert drawn == {(0.5, 0.75), (1.0, 0.25), (0.0, -1.0)}
    assert all(bar.get_facecolor()[3] == 0 for bar in outlines)


def test_edges_are_marked_and_choices_on_them_shown(choices, draw):
    panel = draw(choices).axes[0]
    assert [line.get_xdata()[0] for line in panel.lines if line.get_linestyle() == ":"] == [2.0]
    assert edges(panel) == ["25%"]  # a quarter chose m = 0 too, below which nothing lies
    assert "beyond the dotted line;" in caption(choices, classifier="logistic")
    above = choices[choices["multiplier"] > 0]
    assert edges(draw(above).axes[0]) == ["25%", "25%"]
    assert "beyond the dotted lines;" in caption(above, classifier="logistic")
    inside = choices.assign(share=np.where(choices["multiplier"] == 1.0, 1.0, 0.0))
    assert edges(draw(inside).axes[0]) == []


def test_a_criterion_that_was_not_run_leaves_no_room(choices, draw):
    figure = draw(choices[choices["criterion"] == "balanced_loss"])
    assert figure.axes[0].get_ylim()[0] == 0
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert words == ["best by balanced loss", "smallest within one standard error", "edge of the grid"]
    alone = draw(choices[choices["criterion"] == "balanced_accuracy"]).axes[0]
    assert alone.get_ylim()[0] == 0
    assert bars(alone, "balanced_accuracy") == {0.0: 0.25, 0.5: 0.25, 1.0: 0.5}


def test_missing_cells_say_so(choices, draw):
    gone = (choices["task"] == "sepsis") & (choices["generator"] == "smote")
    choices.loc[(choices["task"] == "mortality") & (choices["generator"] == "jitter"), "share"] = np.nan
    figure = draw(choices[~gone])
    silent = [
        i for i, panel in enumerate(figure.axes) if [t.get_text() for t in panel.texts] == ["no result"]
    ]
    assert silent == [1, 2]


def test_one_multiplier_one_split_one_task(choices, draw, tmp_path):
    one = choices[choices["multiplier"] == 1.0].assign(count=1, share=1.0, n_splits=1)
    panel = draw(one, names=names_of({"sepsis": "Sepsis"})).axes[0]
    assert bars(panel, "balanced_loss") == {1.0: 1.0}
    assert edges(panel) == []  # a grid of one point has no choice to be on its edge
    save_figure(draw(one, classifier="svm", names=names_of({"sepsis": "S"})), [tmp_path / "one.png"])
    assert (tmp_path / "one.png").stat().st_size > 0
    assert "over 1 split with 802 training and 199 test rows:" in caption(one, classifier="svm")


def test_caption_counts_splits_and_explains_both_rules(choices):
    text = caption(choices, classifier="svm")
    assert "chose for linear SVM" in text
    assert (
        "over 4 splits with 802 training and 199 test rows each: bars count the best validation mean, by balanced "
        "loss and balanced accuracy (downwards)" in text
    )
    assert "within one standard error" in text
    alone = caption(choices[choices["criterion"] == "balanced_accuracy"], classifier="svm")
    assert "by balanced accuracy;" in alone


def test_caption_counts_panels_with_lost_choices(choices):
    text = caption(choices, classifier="svm")
    assert "lack a choice" not in text
    lost = (choices["task"] == "sepsis") & (choices["generator"] == "smote") & (choices["multiplier"] == 1.0)
    fewer = choices.assign(count=choices["count"].mask(lost, 0.0))
    assert "Some splits lack a choice and are not counted (panels: 1)." in caption(fewer, classifier="svm")


def test_nothing_to_draw(choices, draw):
    with pytest.raises(InputError, match=r"no row of 'forest'; check experiment\.classifiers"):
        draw(choices, classifier="forest")
