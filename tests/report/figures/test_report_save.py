import re
import struct

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from synthsize.errors import InputError
from synthsize.report import style
from synthsize.report.figures.save import PROVENANCE, save_figure, write_figure


@pytest.fixture
def figure():
    with mpl.rc_context(style.RC):
        drawn = Figure(figsize=(2, 1), layout="constrained")
        FigureCanvasAgg(drawn)
        drawn.subplots().fill_between([0, 1], [0, 1], hatch="//")  # a hatch gets an id in SVG
    return drawn


def test_files_are_the_same_twice_and_hold_no_date(figure, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        save_figure(figure, [tmp_path / folder / f"figure.{suffix}" for suffix in ("png", "pdf", "svg")])
    for suffix in ("png", "pdf", "svg"):
        one, two = ((tmp_path / folder / f"figure.{suffix}").read_bytes() for folder in ("one", "two"))
        assert one == two
        assert not re.search(rb"CreationDate|dc:date|20\d\d-\d\d-\d\d", one)


def test_every_format_names_the_manifest(figure, tmp_path):
    paths = [tmp_path / f"figure.{suffix}" for suffix in ("png", "pdf", "svg")]
    save_figure(figure, paths)
    for path in paths:
        assert PROVENANCE.encode() in path.read_bytes()
    assert "manifest.json" in PROVENANCE


def test_png_has_300_dots_per_inch(figure, tmp_path):
    save_figure(figure, [tmp_path / "figure.png"])
    assert struct.unpack(">II", (tmp_path / "figure.png").read_bytes()[16:24]) == (600, 300)


def test_an_unknown_format_is_refused(figure, tmp_path):
    with pytest.raises(InputError, match=r"figure\.jpg: a figure is saved as \.png, \.pdf, \.svg; rename"):
        save_figure(figure, [tmp_path / "figure.jpg"])
    assert list(tmp_path.iterdir()) == []


def test_a_figure_is_written_in_every_format_with_its_caption(figure, tmp_path):
    files = {name: str(tmp_path / f"figure.{name}") for name in ("png", "pdf", "svg")}
    files["caption"] = str(tmp_path / "figure.txt")
    write_figure(figure, files, "Risk against size.", "", "Missing: µ.")
    assert {path.name for path in tmp_path.iterdir()} == {
        f"figure.{name}" for name in ("png", "pdf", "svg", "txt")
    }
    assert (tmp_path / "figure.txt").read_text(encoding="utf-8") == "Risk against size. Missing: µ.\n"
