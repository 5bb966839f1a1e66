"""The tables of the page as files: CSV to compute with, Markdown and LaTeX to print."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
from pylatexenc.latexencode import unicode_to_latex

from synthsize.report import style
from synthsize.report.content import Cell, Section, Table, Value

LONG = 30  # rows; longer tables go on over pages
PROVENANCE = (
    "Data, configuration, versions and seeds of this table: manifest.json, two folders above this file."
)
PREAMBLE = (
    r"\usepackage[T1]{fontenc} and \usepackage{booktabs}, longtable for tables of several pages; "
    "wide tables want a landscape page and small print"
)
MARKUP = re.compile(r"\||<(?=[a-zA-Z/!?])")  # ends a cell; opens a tag
MINUS = re.compile(r"(?<!\w)-(?=\d)")
HEADER_WIDTH = 15  # letters in a line of a printed header over a narrow column


def write_tables(folder: Path, sections: Iterable[Section]) -> None:
    """Write every table of the sections as ``.csv``, ``.md`` and ``.tex``, called by its name.

    A table without rows is written too, with its headers alone.

    Parameters
    ----------
    folder : Path
        Is made if it does not exist.
    sections : iterable of Section

    Raises
    ------
    ValueError
        If two tables have the same name.
    """
    tables = [table for section in sections for table in section.tables]
    names = [table.name for table in tables]
    if len(set(names)) < len(names):
        raise ValueError(f"two tables have one name among {', '.join(sorted(names))}")
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables:
        plain_values(table).to_csv(folder / f"{table.name}.csv", index=False, float_format="%.12g")
        (folder / f"{table.name}.md").write_text(to_markdown(table), encoding="utf-8")
        (folder / f"{table.name}.tex").write_text(to_latex(table), encoding="utf-8")


def plain_values(table: Table) -> pd.DataFrame:
    """Give every value a column of its own, at full precision: limits of intervals too, hidden values as their text."""
    names = [name.replace("\u00a0", " ") for column in table.names for name in column]
    rows = [[value for cell in row for value in _values(cell)] for row in table.rows]
    return pd.DataFrame(
        rows, columns=pd.Index(names), dtype=object
    ).convert_dtypes()  # whole numbers stay whole


def to_markdown(table: Table) -> str:
    """Write the table as a reader sees it, below its title and text."""
    shown = _shown(table, lambda text: MARKUP.sub(r"\\\g<0>", text))
    sides = ["right" if numeric else "left" for numeric in table.numeric]
    body = (
        shown.to_markdown(index=False, disable_numparse=True, colalign=sides) if table.rows else table.empty
    )
    return f"# {table.title}\n\n{table.text}\n\n{body}\n\n{PROVENANCE}\n"


def to_latex(table: Table) -> str:
    """Write the table as a reader sees it, as a float for booktabs with its title and text as the caption."""
    sides = ["r" if numeric else "l" for numeric in table.numeric]
    shown = _shown(table, _latex)
    widths = [max(HEADER_WIDTH, shown.iloc[:, place].str.len().max()) for place in range(len(sides))]
    shown.columns = pd.Index(map(_stacked, table.headers, sides, widths))
    body = shown.style.hide(axis="index").to_latex(
        hrules=True,
        column_format="".join(sides),
        caption=(_latex(f"{table.title}. {table.text}"), _latex(table.title)),
        label=f"tab:{table.name}",
        environment="longtable" if len(table.rows) > LONG else None,
        position_float=None if len(table.rows) > LONG else "centering",
    )
    return f"% {PROVENANCE}\n% Needs {PREAMBLE}.\n{_small(body)}"


def _small(latex: str) -> str:
    """Set a table in small print: a float inside its environment, which resets the size; a long table by a group."""
    if r"\begin{longtable}" in latex:
        return f"{{\\footnotesize\n{latex}}}\n"
    return latex.replace(r"\centering", r"\centering\footnotesize", 1)


def _shown(table: Table, escape: Callable[[str], str]) -> pd.DataFrame:
    """Texts of the cells; of a table without rows, the text that replaces them."""
    rows = [[cell.text for cell in row] for row in table.rows]
    rows = rows or [[table.empty, *[""] * (len(table.headers) - 1)]]
    return pd.DataFrame(rows, columns=pd.Index(map(escape, table.headers)), dtype=str).map(escape)


def _stacked(header: str, side: str, width: int) -> str:
    lines = [_latex(line) for line in textwrap.wrap(header, width)]
    if len(lines) == 1:
        return lines[0]
    stack = r" \\ ".join(lines)
    return rf"\shortstack[{side}]{{{stack}}}"


def _values(cell: Cell) -> Iterable[Value]:
    hidden = cell.value is None and cell.text != style.MISSING
    yield cell.text if hidden else cell.value
    yield from cell.also


def _latex(text: str) -> str:
    """Escape what LaTeX reads as a command; a letter it cannot set stays, for XeLaTeX or LuaLaTeX to set."""
    latex = unicode_to_latex(text, unknown_char_policy="keep", unknown_char_warning=False)
    return MINUS.sub("$-$", latex)
