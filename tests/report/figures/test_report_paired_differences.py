import itertools

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.errors import InputError
from synthsize.report.figures import paired_differences
from synthsize.report.figures.save import save_figure

REFERENCES = ("m=1", "m=0", "prior_shift", "class_weight", "weights_vtss", "weights(m)")
GENERATORS = ("smote", "jitter")


def caption(*tables, **settings):
    return paired_differences.caption(*tables, names=names_of({}), **settings)


@pytest.fixture
def paired(names):
    rows = []
    cells = itertools.product(names.tasks, ("logistic", "svm"), GENERATORS, REFERENCES)
    for i, (task, classifier, generator, reference) in enumerate(cells):
        for metric, criterion in itertools.product(
            ("excess_risk", "balanced_accuracy"), ("balanced_accuracy", "balanced_loss")
        ):
            mean = 0.001 * i + (0.5 if criterion == "balanced_accuracy" else 0.0)
            rows.append(
                {
                    "task": task,
                    "classifier": classifier,
                    "generator": generator,
                    "metric": metric,
                    "subject": "vtss",
                    "criterion": criterion,
                    "reference": reference,
                    "mean_difference": mean,
                    "normal_low": mean - 0.001,
                    "normal_high": mean + 0.001,
                    "nadeau_bengio_low": mean - 0.005,
                    "nadeau_bengio_high": mean + 0.005,
                    "level": 0.95,
                    "n_splits": 8,
                    "n_train_mean": 801.5,
                    "n_test_mean": 199.0,
                    "significant": reference == "m=0",
                    "rope": 0.01,
                }
            )
    fixed = {**rows[0], "subject": "fixed", "criterion": "", "mean_difference": 99.0}
    return pd.DataFrame([*rows, fixed])


@pytest.fixture
def draw(names):
    return lambda table, **changes: paired_differences.draw(
        table, **({"classifier": "logistic", "names": names} | changes)
    )


def lines(panel, gid):
    return [line for line in panel.lines if line.get_gid() == gid]


def test_each_line_holds_the_numbers_of_its_row(paired, draw):
    figure = draw(paired)
    panel = figure.axes[6 + 3]  # second task, fourth reference
    wanted = paired.query(
        "task == 'sepsis' and classifier == 'logistic' and reference == 'class_weight' and metric == 'excess_risk'"
        " and criterion == 'balanced_loss'"
    )
    assert wanted["generator"].tolist() == list(GENERATORS)
    for i, row in enumerate(wanted.itertuples()):
        assert lines(panel, "mean")[i].get_xydata().tolist() == [[row.mean_difference, i]]
        ends = [row.nadeau_bengio_low, row.nadeau_bengio_high]
        assert lines(panel, "nadeau_bengio")[i].get_xdata().tolist() == ends
        assert lines(panel, "normal")[i].get_xdata().tolist() == [row.normal_low, row.normal_high]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["SMOTE", "Gaussian jitter"]
    bottom, top = figure.axes[0].get_ylim()
    assert bottom > top  # the first generator stands above the second


def test_columns_are_references_and_words_give_the_direction(paired, draw):
    figure = draw(paired, classifier="svm")
    titles = [panel.get_title() for panel in figure.axes[:5]]  # a margin has no prior to shift
    assert titles == ["m = 1", "raw data", "class weights", "tuned weights", "weights(m)"]
    assert [panel.get_title() for panel in draw(paired).axes[:6]][2] == "shifted prior"
    quantity = "Balanced excess risk (hinge loss), VTSS minus reference"
    assert figure.get_supxlabel() == f"← VTSS better        {quantity}        VTSS worse →"


def test_zero_and_the_region_of_equivalence_are_marked(paired, draw):
    panel = draw(paired).axes[0]
    (rope,) = [patch for patch in panel.patches if patch.get_gid() == "rope"]
    assert (rope.get_x(), rope.get_x() + rope.get_width()) == (-0.01, 0.01)
    assert panel.lines[0].get_xdata() == [0, 0]


def test_only_significant_differences_are_filled(paired, draw):
    figure = draw(paired)
    faces = [{line.get_markerfacecolor() for line in lines(panel, "mean")} for panel in figure.axes[:2]]
    assert faces == [{"white"}, {lines(figure.axes[1], "mean")[0].get_color()}]


def test_a_control_that_was_not_run_says_so(paired, draw):
    missing = paired["reference"] == "class_weight"
    statistics = ["mean_difference", "normal_low", "normal_high", "nadeau_bengio_low", "nadeau_bengio_high"]
    paired.loc[missing, statistics] = np.nan
    lone = (paired["reference"] == "m=1") & (paired["generator"] == "jitter")
    paired.loc[lone, statistics] = np.nan
    figure = draw(paired)
    words = [[text.get_text() for text in panel.texts] for panel in figure.axes]
    assert words[:6] == [["no result"], [], [], ["no result"], [], []]
    assert not figure.axes[3].get_xticks().size  # no scale for nothing
    assert len(lines(figure.axes[0], "mean")) == 1  # the other generator is still there
    assert figure.axes[0].texts[0].get_position()[1] == 1


def test_one_split_is_a_mark_without_lines(paired, draw, tmp_path):
    bounds = ["normal_low", "normal_high", "nadeau_bengio_low", "nadeau_bengio_high"]
    one = paired.assign(n_splits=1, **dict.fromkeys(bounds, np.nan))
    figure = draw(one, names=names_of({"sepsis": "Sepsis"}))
    panel = figure.axes[0]
    assert len(lines(panel, "mean")) == 2
    assert np.isnan(lines(panel, "normal")[0].get_xdata()).all()
    shown = [text.get_text() for text in figure.legends[0].get_texts()]
    assert shown == ["mean over 1 split, no interval", "within 0.01: practically equivalent"]
    text = caption(one, classifier="svm")
    assert (
        "Mean over 1 split with 802 training and 199 test rows; no interval and no test can be given." in text
    )
    output = [tmp_path / "one.pdf"]
    save_figure(draw(one, classifier="svm", names=names_of({"sepsis": "Sepsis"})), output)
    assert output[0].stat().st_size > 0


def test_an_unround_level_is_reported_as_it_is(paired, draw):
    unround = paired.assign(level=0.975)
    assert "97.5% Nadeau-Bengio interval" in caption(unround, classifier="logistic")
    figure = draw(unround, classifier="logistic", names=names_of({"mortality": "In-hospital death"}))
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "97.5% Nadeau-Bengio interval" in words


def test_caption_names_criterion_splits_and_intervals(paired):
    text = caption(paired, classifier="logistic")
    assert "by balanced loss (VTSS)" in text
    assert (
        "Mean over 8 splits with 802 training and 199 test rows each; thin line: 95% Nadeau-Bengio interval"
        in text
    )
    assert "differences of at most 0.01" in text
    accuracy = paired[paired["criterion"] != "balanced_loss"]
    assert "by balanced accuracy (VTSS)" in caption(accuracy, classifier="logistic")


def test_nothing_to_draw(paired, draw):
    with pytest.raises(InputError, match=r"no row of VTSS for 'forest'; check experiment\.classifiers"):
        draw(paired, classifier="forest")
    with pytest.raises(InputError, match=r"no row of VTSS for 'logistic'"):
        draw(paired[paired["subject"] == "fixed"])


def test_without_a_region_of_equivalence_none_is_drawn_or_mentioned(paired, draw):
    figure = draw(paired.assign(rope=0.0))
    assert not any(patch.get_gid() == "rope" for panel in figure.axes for patch in panel.patches)
    assert not any("equivalent" in text.get_text() for text in figure.legends[0].get_texts())
    assert "Grey" not in caption(paired.assign(rope=0.0), classifier="logistic")
