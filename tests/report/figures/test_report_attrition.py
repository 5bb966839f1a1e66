import pandas as pd
import pytest

from synthsize.report.figures import attrition as figure_of_attrition
from synthsize.report.figures.save import save_figure


def attrition(*steps, parts=()):
    rows = [(*step, 0) if len(step) == 3 else step for step in steps]
    rows += [("in the analysis tables", *rows[-1][1:3], 0), *((*part, None) for part in parts)]
    frame = pd.DataFrame(rows, columns=["step", "admissions", "patients", "removed"])
    return frame.astype({"removed": "Int64"})


@pytest.fixture
def table():
    return attrition(
        ("all admissions", 2000, 1568),
        ("age at least 16 years", 1740, 1309, 260),
        ("not an organ-donor account", 1739, 1308, 1),
        ("discharged after admission", 1710, 1290, 29),
        parts=[
            ("of these without any measurement (kept, imputed)", 1, 1),
            ("of these positive: Sepsis", 142, 141),
        ],
    )


def draw(table, suppress_below=10):
    return figure_of_attrition.draw(table, suppress_below=suppress_below)


def words(figure):
    """Lines in the boxes, and what stands beside the arrows, each from top to bottom."""
    texts = [text for text in figure.axes[0].texts if text.get_text()]
    boxes = [text.get_text() for text in texts if text.get_gid() != "removed"]
    return boxes, [text.get_text() for text in texts if text.get_gid() == "removed"]


def test_boxes_lead_from_the_extract_to_the_parts(table):
    boxes, removed = words(draw(table))
    assert boxes == [
        "All admissions",
        "n = 2,000 (1,568 patients)",
        "Age at least 16 years",
        "n = 1,740 (1,309 patients)",
        "Not an organ-donor account",
        "Discharged after admission",
        "n = 1,710 (1,290 patients)",
        "In the analysis tables",
        "n = 1,710 (1,290 patients)",
        "Without any measurement (kept, imputed)",
        "fewer than 10 admissions",
        "Positive: Sepsis",
        "n = 142 (141 patients)",
    ]
    assert removed == ["260 removed", "30 removed"]


def test_a_small_last_step_joins_the_one_before():
    steps = [("all", 100, 90), ("adult", 80, 70, 20), ("discharged", 79, 69, 1)]
    boxes, removed = words(draw(attrition(*steps)))
    assert removed == ["21 removed"]
    assert "n = 80 (70 patients)" not in boxes  # or the 1 could be had by subtraction


def test_none_and_few_removed():
    none = attrition(("all", 129, 100), ("adult", 129, 100, 0))
    assert words(draw(none))[1] == []
    few = attrition(("all", 129, 100), ("adult", 126, 98, 3))
    boxes, removed = words(draw(few))
    one = ["n = 126 (98 patients)"]
    assert boxes == ["All", "Adult", *one, "In the analysis tables", *one]
    assert removed == []
    assert "extract (of a size that is not shown)" in figure_of_attrition.caption(few, suppress_below=10)


def test_without_suppression_every_step_has_its_box(table):
    boxes, removed = words(draw(table, suppress_below=0))
    assert "n = 1,739 (1,308 patients)" in boxes
    assert "n = 1 (1 patients)" in boxes
    assert removed == ["260 removed", "1 removed", "29 removed"]
    assert "not shown" not in figure_of_attrition.caption(table, suppress_below=0)


def test_steps_that_remove_none_share_a_box():
    steps = [("all", 100, 90), ("adult", 80, 70, 20), ("discharged", 80, 70, 0)]
    boxes, removed = words(draw(attrition(*steps)))
    assert boxes[2:5] == ["Adult", "Discharged", "n = 80 (70 patients)"]
    assert removed == ["20 removed"]


def test_one_step_is_enough():
    boxes, removed = words(draw(attrition(("all", 50, 40))))
    assert boxes == ["All", "n = 50 (40 patients)", "In the analysis tables", "n = 50 (40 patients)"]
    assert removed == []


def test_an_empty_part_is_shown():
    table = attrition(("all", 50, 40), parts=[("of these positive: Sepsis", 0, 0)])
    assert words(draw(table))[0][-1] == "n = 0 (0 patients)"


def test_words_stay_inside_their_boxes(table, tmp_path):
    long = table.replace(
        {"step": {"of these positive: Sepsis": "of these positive: " + "severe sepsis " * 9}}
    )
    figure = draw(long)
    save_figure(draw(long, suppress_below=10), [tmp_path / "attrition.png"])
    panel = figure.axes[0]
    boxes = [patch.get_window_extent() for patch in panel.patches if patch.get_width() > 1]
    renderer = figure.canvas.get_renderer()
    for text in panel.texts:
        if text.get_text() and text.get_gid() != "removed":
            extent = text.get_window_extent(renderer)
            assert any(box.x0 <= extent.x0 and extent.x1 <= box.x1 and box.y0 <= extent.y0 for box in boxes)
        elif text.get_text():
            assert text.get_window_extent(renderer).x1 <= figure.bbox.x1


def test_caption_gives_both_ends(table):
    text = figure_of_attrition.caption(table, suppress_below=10)
    assert "the raw extract (2,000 admissions of 1,568 patients)" in text
    assert "the analysis tables (1,710 admissions of 1,290 patients)" in text
    assert "Counts from 1 to 9 are not shown" in text


def test_counts_read_from_csv(table, tmp_path):
    """A CSV reader makes floats of a column with empty cells."""
    table.to_csv(tmp_path / "attrition.csv", index=False)
    again = pd.read_csv(tmp_path / "attrition.csv")
    assert words(draw(again)) == words(draw(table))
