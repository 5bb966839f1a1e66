from functools import partial

import numpy as np
import pytest
from run_names import names_of

from synthsize.errors import InputError
from synthsize.report.figures.curves import curves_caption, draw_curves
from synthsize.report.figures.save import save_figure

GENERATORS = ["SMOTE", "ADASYN", "Borderline-SMOTE", "Gaussian jitter"]


@pytest.fixture
def call(names, fake_controls):
    def with_settings(function, curves, vtss, controls=fake_controls[:0], **changes):
        settings = {
            "metric": "excess_risk",
            "classifier": "logistic",
            "interval": "normal",
            "names": names,
        }
        return function(curves, vtss, controls, **(settings | changes))

    return with_settings


@pytest.fixture
def draw(call):
    return partial(call, draw_curves)


@pytest.fixture
def caption(call):
    return partial(call, curves_caption)


def lines(panel, gid):
    return [line for line in panel.get_lines() if line.get_gid() == gid]


def words(panel):
    return [text.get_text() for text in panel.texts]


def test_panels_are_tasks_by_generators_zoomed_then_in_full(fake_results, draw):
    figure = draw(*fake_results())
    axes = np.array(figure.axes).reshape(6, 4)
    assert [panel.get_title() for panel in axes[0]] == GENERATORS
    labels = ["In-hospital death", "Sepsis", "Septic shock"]
    assert [row[0].get_ylabel() for row in axes] == [*labels, *(f"{label},\nfull scale" for label in labels)]
    assert figure.get_supylabel() == "Balanced excess risk (nats)"
    assert figure.get_supxlabel() == "Synthetic-size multiplier m"


def test_lines_hold_the_numbers_of_the_table(fake_results, draw):
    curves, vtss = fake_results()
    figure = draw(curves, vtss, classifier="svm")
    wanted = curves.query(
        "task == 'sepsis' and classifier == 'svm' and generator == 'adasyn' and metric == 'excess_risk'"
        " and interval == 'normal'"
    )
    zoomed, full = figure.axes[4 + 1], figure.axes[12 + 4 + 1]
    (line,) = lines(full, "curve")
    np.testing.assert_array_equal(line.get_xydata(), wanted[["multiplier", "mean"]])
    (line,) = lines(zoomed, "curve")
    np.testing.assert_array_equal(line.get_xydata(), wanted[["multiplier", "mean"]].iloc[1:])
    (line,) = lines(zoomed, "vtss")
    assert line.get_ydata()[0] == wanted["mean"].min()
    (line,) = lines(full, "raw")
    assert line.get_ydata()[0] == wanted["mean"].iloc[0]


def test_a_level_outside_the_panel_is_reported(fake_results, draw):
    curves, vtss = fake_results()
    figure = draw(curves, vtss)
    raw = curves.query("task == 'mortality' and metric == 'excess_risk' and multiplier == 0")["mean"].iloc[0]
    zoomed = figure.axes[0]
    assert words(zoomed) == [f"m = 0: {raw:.3g} ↑"]
    assert not lines(zoomed, "raw")
    assert zoomed.get_ylim()[1] < raw < figure.axes[12].get_ylim()[1]
    below = draw(curves, vtss, metric="balanced_accuracy")
    assert words(below.axes[0])[0].endswith("↓")


def test_no_second_block_when_all_lies_within(fake_results, draw):
    curves, vtss = fake_results()
    flat = curves.assign(mean=0.1 + 0.01 * curves["multiplier"], low=0.09, high=0.13)
    figure = draw(flat, vtss.assign(mean=0.1, low=0.09, high=0.13))
    assert len(figure.axes) == 12
    assert len(lines(figure.axes[0], "raw")) == 1
    assert words(figure.axes[0]) == []


def test_the_best_point_stays_in_sight_below_the_zoom(fake_results, draw):
    """An optimum at a small m must not fall out of the panel that looks at m from 0.5 on."""
    curves, vtss = fake_results()
    early = curves.assign(mean=0.2 + (curves["multiplier"] - 0.1) ** 2, low=np.nan, high=np.nan)
    figure = draw(early, vtss.assign(mean=0.3, low=np.nan, high=np.nan))
    bottom, top = figure.axes[0].get_ylim()
    assert bottom < 0.2 < top


def test_a_very_wide_interval_does_not_flatten_the_curve(fake_results, draw):
    curves, vtss = fake_results()
    figure = draw(curves.assign(low=-50.0, high=50.0), vtss.assign(low=-50.0, high=50.0))
    bottom, top = figure.axes[0].get_ylim()
    shown = curves.query(
        "task == 'mortality' and classifier == 'logistic' and metric == 'excess_risk' and multiplier >= 0.5"
    )["mean"]
    assert shown.max() - shown.min() > 0.25 * (top - bottom)


def test_one_split_has_no_band_and_says_so(fake_results, draw, caption):
    tables = fake_results(n_splits=1)
    assert "No interval can be given." in caption(*tables)
    figure = draw(*tables)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "mean over 1 split, no interval",
        "size chosen by balanced loss (VTSS), mark: median m",
        "no synthetic rows (m = 0)",
        "classes balanced (m = 1)",
    ]


def test_two_multipliers_and_one_task(fake_results, draw):
    figure = draw(*fake_results([0, 1], tasks=["sepsis"]), names=names_of({"sepsis": "Sepsis"}))
    (line,) = lines(figure.axes[0], "curve")
    assert line.get_xdata().tolist() == [1]
    assert line.get_marker() == "o"  # a line of one point cannot be seen


def test_missing_cells_say_so(fake_results, draw):
    curves, vtss = fake_results([0, 0.5, 1])
    gone = (curves["task"] == "sepsis") & (curves["generator"] == "adasyn")
    curves.loc[(curves["task"] == "mortality") & (curves["generator"] == "jitter"), "mean"] = np.nan
    figure = draw(curves[~gone], vtss)
    silent = [i for i, panel in enumerate(figure.axes[:12]) if words(panel) == ["no result"]]
    assert silent == [3, 4 + 1]


def test_all_values_missing(fake_results, draw):
    curves, vtss = fake_results([0, 1])
    figure = draw(curves.assign(mean=np.nan), vtss.assign(mean=np.nan))
    assert [words(panel) for panel in figure.axes] == [["no result"]] * 12


def test_accuracy_figures_show_the_choice_by_accuracy(fake_results, draw):
    curves, vtss = fake_results()
    vtss["mean"] = np.where(vtss["criterion"] == "balanced_accuracy", 0.777, 0.766)
    for criteria, level in ((["balanced_loss", "balanced_accuracy"], 0.777), (["balanced_loss"], 0.766)):
        run = vtss[vtss["criterion"].isin(criteria)]
        (line,) = lines(draw(curves, run, metric="balanced_accuracy").axes[0], "vtss")
        assert line.get_ydata()[0] == level
    (line,) = lines(draw(curves, vtss).axes[0], "vtss")
    assert line.get_ydata()[0] == 0.766


def test_risk_figures_show_the_only_choice_there_is(fake_results, draw, caption):
    curves, vtss = fake_results()
    vtss = vtss[vtss["criterion"] == "balanced_accuracy"].assign(mean=0.0765)
    figure = draw(curves, vtss)
    (line,) = lines(figure.axes[0], "vtss")
    assert line.get_ydata()[0] == 0.0765
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "size chosen by balanced accuracy (VTSS), mark: median m" in labels
    assert "chooses the size in each split by balanced accuracy (VTSS)" in caption(curves, vtss)


def test_without_vtss_every_panel_says_so(fake_results, draw, caption):
    curves, vtss = fake_results([0, 0.5, 1], tasks=["sepsis"])
    figure = draw(curves, vtss[:0], names=names_of({"sepsis": "Sepsis"}))
    assert all("VTSS: no result" in words(panel)[0] for panel in figure.axes)
    assert not any("VTSS)" in text.get_text() for text in figure.legends[0].get_texts())
    assert "VTSS reached no level here." in caption(curves, vtss[:0])


def test_a_size_without_value_leaves_a_gap_and_is_counted(fake_results, draw):
    curves, vtss = fake_results()
    lost = (curves["generator"] == "smote") & (curves["multiplier"] == 1.0)
    curves.loc[lost, ["mean", "low", "high"]] = np.nan
    figure = draw(curves, vtss)
    (line,) = lines(figure.axes[0], "curve")
    assert np.isnan(line.get_ydata()).sum() == 1
    assert line.get_marker() == "o"  # a point between two gaps would not be seen
    assert words(figure.axes[0])[0].endswith("1 of 41 sizes: no result")
    assert "no result" not in words(figure.axes[1])[0]


def test_realised_sizes_are_marked_where_they_differ(fake_results, draw, caption):
    curves, vtss = fake_results([0, 0.5, 1.0])
    short = (curves["task"] == "sepsis") & (curves["generator"] == "adasyn")
    curves.loc[short, "realised_multiplier"] *= 0.5
    figure = draw(curves, vtss)
    for i, panel in enumerate(figure.axes):
        crosses = lines(panel, "realised")
        if i not in (5, 17):  # sepsis with ADASYN, around balance and in full scale
            assert crosses == []
            continue
        (line,) = crosses
        assert line.get_xdata().tolist() == [0.25, 0.5]
        (curve,) = lines(panel, "curve")
        assert line.get_ydata().tolist() == curve.get_ydata()[-2:].tolist()
    assert figure.legends[0].get_texts()[-1].get_text() == "realised m, where it is another"
    assert "(Sepsis with ADASYN)." in caption(curves, vtss)


def test_realised_sizes_are_not_mentioned_where_they_agree(fake_results, draw, caption):
    curves, vtss = fake_results([0, 0.5, 1.0])
    curves["realised_multiplier"] += 0.004  # rounding to whole rows
    assert not any(lines(panel, "realised") for panel in draw(curves, vtss).axes)
    assert "Crosses" not in caption(curves, vtss)


def test_without_a_class_gap_all_sizes_are_the_raw_data(fake_results, draw, caption):
    curves, vtss = fake_results([0, 0.5, 1.0])
    same = curves.assign(mean=0.1, low=0.1, high=0.1, realised_multiplier=0.0)
    (line,) = lines(draw(same, vtss).axes[0], "realised")
    assert line.get_xdata().tolist() == [0, 0]
    assert "(12 panels)." in caption(same, vtss)


def test_controls_stand_in_every_panel_of_their_task(fake_results, fake_controls, draw):
    controls = fake_controls.copy()
    weights = (controls["control"] == "weights") & (controls["task"] == "sepsis")
    controls.loc[weights, "mean"] += 0.001
    figure = draw(*fake_results(), controls)
    for column in range(4):
        mortality, sepsis = figure.axes[column], figure.axes[4 + column]
        shifts = []
        for panel in (mortality, sepsis):
            (line,) = lines(panel, "weights")
            assert line.get_xdata().tolist() == [0.5, 1.0, 1.5, 2.0]  # m = 0 is the raw level
            shifts.append(line.get_ydata()[0])
            assert lines(panel, "class_weight")[0].get_ydata() == [0.02]
            assert lines(panel, "prior_shift")[0].get_ydata() == [0.03]
        assert shifts[1] - shifts[0] == pytest.approx(0.001)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[-3:] == [
        "shifted prior",
        "class weights",
        "minority weights that match m",
    ]


def test_levels_of_controls_are_in_sight_above_and_below_the_curves(fake_results, fake_controls, draw):
    controls = fake_controls.copy()
    controls.loc[controls["control"] == "class_weight", "mean"] = 0.001
    controls.loc[controls["control"] == "prior_shift", "mean"] = 0.08
    figure = draw(*fake_results(), controls)
    bottom, top = figure.axes[0].get_ylim()
    assert bottom < 0.001
    assert top > 0.08


def test_the_svm_has_no_prior_shift(fake_results, fake_controls, draw):
    figure = draw(*fake_results(), fake_controls, classifier="svm")
    assert not lines(figure.axes[0], "prior_shift")
    assert lines(figure.axes[0], "class_weight")
    assert not any("shifted prior" in text.get_text() for text in figure.legends[0].get_texts())


def test_files_are_the_same_twice(fake_results, fake_controls, tmp_path):
    paths = [tmp_path / name for name in ("a.png", "a.pdf", "b.png", "b.pdf")]
    for output in (paths[:2], paths[2:]):
        save_figure(
            draw_curves(
                *fake_results([0, 1], tasks=["sepsis"]),
                fake_controls,
                metric="excess_risk",
                classifier="svm",
                names=names_of({"sepsis": "Sepsis"}),
                interval="normal",
            ),
            output,
        )
    png, pdf, png_again, pdf_again = (path.read_bytes() for path in paths)
    assert png.startswith(b"\x89PNG")
    assert pdf.startswith(b"%PDF")
    assert (png, pdf) == (png_again, pdf_again)


def test_nothing_to_draw(fake_results, draw):
    with pytest.raises(InputError, match=r"no 'auroc' of 'logistic' .* experiment\.classifiers"):
        draw(*fake_results([0, 1]), metric="auroc")


def test_caption_names_metric_direction_numbers_and_interval(fake_results, fake_controls, caption):
    tables = (*fake_results(), fake_controls)
    text = caption(*tables, classifier="svm", interval="nadeau_bengio")
    assert text.startswith("Balanced excess risk (hinge loss) of linear SVM on test rows")
    assert "lower is better" in text
    assert "mean over 20 splits with 2,742 training and 696 test rows each." in text
    assert "95% Nadeau-Bengio interval at each m by itself" in text
    assert "Marks at the right edge: class weights, without any synthetic row." in text
    assert "shifted prior and class weights" in caption(*tables)
    assert "higher is better" in caption(*tables, metric="balanced_accuracy")


def test_caption_says_that_no_control_was_run(fake_results, caption):
    assert "No control was run beside the generators." in caption(*fake_results([0, 1]))


def test_caption_mentions_lower_panels_only_where_there_are_some(fake_results, caption):
    curves, vtss = fake_results([0, 0.5, 1])
    assert "lower panels show the full scale" in caption(curves, vtss)
    flat = curves.assign(mean=0.1, low=0.09, high=0.11)
    assert "lower panels" not in caption(flat, vtss.assign(mean=0.1, low=0.09, high=0.11))


def test_a_grid_of_the_raw_level_alone(fake_results, draw):
    curves, vtss = fake_results([0], tasks=["sepsis"])
    figure = draw(curves, vtss[:0], names=names_of({"sepsis": "Sepsis"}))
    (line,) = lines(figure.axes[0], "raw")
    assert line.get_ydata()[0] == pytest.approx(0.012 + 0.52 + 0.008 * 0.81)


def test_without_m_0_on_the_grid_no_raw_level_is_mentioned(fake_results, draw, caption):
    curves, vtss = fake_results([0.5, 1, 1.5])
    assert "Dotted" not in caption(curves, vtss)
    legend = draw(curves, vtss).legends[0]
    assert not any("m = 0" in text.get_text() for text in legend.get_texts())
