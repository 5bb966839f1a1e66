import os
import re
import struct
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.parametrize("suffix", ["png", "pdf", "svg"])
def test_the_last_bits_of_a_position_do_not_reach_a_file(figure, tmp_path, monkeypatch, suffix):
    settle, shifts = Figure.draw_without_rendering, iter((0.0, 1e-12))

    def settle_elsewhere(drawn):
        settle(drawn)
        shift = next(shifts)
        drawn.set_layout_engine("none")
        drawn.axes[0].set_position([0.2 + shift, 0.2, 0.7 - shift, 0.7])

    monkeypatch.setattr(Figure, "draw_without_rendering", settle_elsewhere)
    files = [tmp_path / f"{name}.{suffix}" for name in ("one", "two")]
    for file in files:
        save_figure(figure, [file])
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.slow
def test_every_figure_has_the_same_bytes_in_every_process(tmp_path):
    shared = Path(__file__).parents[2]
    found = []
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, str(shared / "shared" / "draw_figures.py"), str(tmp_path / seed)],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(shared / "report"), *sys.path]),
                "PYTHONHASHSEED": seed,
            },
            check=True,
        )
        found.append({path.name: path.read_bytes() for path in sorted((tmp_path / seed).iterdir())})
    first, second = found
    assert len(first) == 8 * 4  # figures, each in three formats with its caption
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_every_format_names_the_manifest(figure, tmp_path):
    paths = [tmp_path / f"figure.{suffix}" for suffix in ("png", "pdf", "svg")]
    save_figure(figure, paths)
    for path in paths:
        assert PROVENANCE.encode() in path.read_bytes()
    assert "manifest.json" in PROVENANCE


def test_png_has_300_dots_per_inch(figure, tmp_path):
    save_figure(figure, [tmp_path / "figure.png"])
    assert struct.unpack(">II", (tmp_path / "figure.png").read_bytes()[16:24]) == (600, 300)


def test_an_unknown_format_is_rejected(figure, tmp_path):
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
