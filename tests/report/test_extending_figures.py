"""The figure of docs/extending.md, as the file that it says one writes."""

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from synthsize.catalogue import figures
from synthsize.report.figures.drawing import Drawing
from synthsize.report.figures.save import save_figure

DOCUMENT = Path(__file__).parents[2] / "docs" / "extending.md"
NAME = "edge_shares"


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The module in a folder that counts as one of the room of the figures."""
    section = DOCUMENT.read_text(encoding="utf-8").split("## A figure")[1].split("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL)
    (tmp_path / f"{NAME}.py").write_text(code, encoding="utf-8")
    room = import_module("synthsize.report.figures")
    monkeypatch.setattr(room, "__path__", [*room.__path__, str(tmp_path)])
    yield figures.entries(tmp_path)
    sys.modules.pop(f"synthsize.report.figures.{NAME}", None)


def test_the_figure_of_the_document_is_drawn(written, fake_results, names, tmp_path):
    drawn = figures.run_figures(written, names, ["logistic", "svm"])
    assert list(drawn) == [f"{NAME}_logistic", f"{NAME}_svm"]
    _, vtss = fake_results([0, 1, 2])
    for file, (entry, classifier) in drawn.items():
        drawing = Drawing(entry, names, classifier, {"vtss": vtss}, {})
        save_figure(drawing.draw(), [tmp_path / f"{file}.png"])
        assert (tmp_path / f"{file}.png").stat().st_size > 0
        assert drawing.caption({}).endswith(f"for {names.in_sentence(classifier)}: up to 5%.")
        assert len(drawing.numbers().rows) == 3 * 4
