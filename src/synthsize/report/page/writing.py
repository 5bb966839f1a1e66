"""One HTML page that opens without a network."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import Figure, Section, Table
from synthsize.report.page.sections import standard_sections

TEMPLATE = "report.html.j2"
FULL_WIDTH = 54  # rem, of a figure that is as wide as a journal page


def write_report(
    output: Path,
    *,
    title: str,
    run: Mapping[str, str],
    tables: Mapping[str, pd.DataFrame],
    figures: list[Figure],
    names: Names,
    interval: str = "nadeau_bengio",
    suppress_below: int,
    reading: Sequence[str] = (),
    left_out: Mapping[str, str] | None = None,
    impossible: Mapping[str, str] | None = None,
    headline: Sequence[str] = (),
) -> None:
    """Write the report of a run: its settings, results, cohort and checks.

    Parameters
    ----------
    output : Path
        The HTML file.
    title : str
        Heading of the page.
    run : dict of str to str
        What was run, as name and value: source, concept set, seed, digest of the configuration, versions.
    tables : dict of str to DataFrame
        Aggregates by name, each of them optional; see `inputs.read_tables`.
    figures : list of Figure
        PNG files with their captions, in order; each names the anchor of its section.
    names : Names
        Of the run.
    interval : str
        Which interval the tables hold.
    suppress_below : int
        Smallest count of people that is shown, apart from 0; see `suppression`.
    reading : sequence of str
        Paragraphs that explain the results; see `reading.how_to_read`.
    left_out : dict of str to str, optional
        Parts of the benchmark that gave no result, each with the reason; see `missing.missing_in_words`.
    impossible : dict of str to str, optional
        Cells that no run can fit, likewise; see `missing.impossible_in_words`.
    headline : sequence of str
        The main result, a paragraph each; see `headline.headline`.

    Raises
    ------
    ValueError
        If a table holds identifiers of patients or admissions, or a figure names no section of the page.
    """
    sections = standard_sections(
        run,
        tables,
        figures,
        names,
        interval=interval,
        suppress_below=suppress_below,
        reading=reading,
        left_out=left_out,
        impossible=impossible,
        headline=headline,
    )
    render_page(output, title=title, sections=sections)


def render_page(output: Path, *, title: str, sections: list[Section]) -> None:
    """Write sections as one file with its figures inside."""
    environment = Environment(
        loader=PackageLoader("synthsize.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["contents"] = _contents
    environment.filters["data_uri"] = _data_uri
    environment.filters["shown_width"] = _shown_width
    html = environment.get_template(TEMPLATE).render(title=title, sections=sections)
    output.write_text(html, encoding="utf-8")


@dataclass(frozen=True)
class _Group:
    """Tables or figures that share the first part of their titles: an entry of the contents."""

    title: str
    links: list[tuple[str, str]]  # rest of the title, anchor


def _contents(section: Section) -> list[_Group]:
    groups: dict[str, _Group] = {}
    parts: list[Table | Figure] = [*section.tables, *section.figures]
    for part in parts:
        shared, _, own = part.title.rpartition(": ")
        group = groups.setdefault(shared or part.title, _Group(shared, []))
        group.links.append((own, part.anchor))
    return list(groups.values())


def _data_uri(png: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(Path(png).read_bytes()).decode("ascii")


def _shown_width(png: Path) -> str:
    """CSS width at which the text of all figures has the same size, narrow ones included."""
    (pixels,) = struct.unpack(">I", Path(png).read_bytes()[16:20])
    return f"{FULL_WIDTH * pixels / style.DPI / style.PAGE_WIDTH:.1f}rem"
