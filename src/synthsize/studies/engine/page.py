"""One page with every study: the statement, the verdict of the numbers, the figure, the references."""

from __future__ import annotations

import base64
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from synthsize.studies.engine.blocks import NOTE, load_study
from synthsize.studies.engine.entry import Entry, read_entry
from synthsize.studies.engine.references import COLUMNS, changed_settings

TEMPLATE = "studies.html.j2"
NO_NUMBER = "\N{EN DASH}"
REFERENCE_HEADERS = {
    "cell": "Cell",
    "metric": "Metric",
    "reference": "Reference",
    "ours": "Ours",
    "se": "Monte Carlo s.e.",
    "n": "Replicates",
    "allowed": "Allowed difference",
    "verdict": "Verdict",
    "source": "Source",
    "reason": "Why it is off",
}


@dataclass(frozen=True)
class Result:
    """What the page shows of one study.

    Attributes
    ----------
    study : str
    table : DataFrame
        Means and Monte Carlo errors, see `summary.summarise`.
    references : DataFrame
        See `references.compare`.
    figure : Path
        PNG.
    settings : dict
        Those of the run.
    """

    study: str
    table: pd.DataFrame
    references: pd.DataFrame
    figure: Path
    settings: Mapping[str, Any]


def collect_references(results: Sequence[Result]) -> pd.DataFrame:
    """List the references of all studies, one below the other."""
    found = [result.references for result in results if not result.references.empty]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def verdicts(results: Sequence[Result]) -> pd.DataFrame:
    """Return one row per study: its title, paper, verdict and sentence."""
    rows = []
    for result in results:
        entry = read_entry(result.study)
        found = load_study(result.study).verdict(result.table, result.settings)
        rows.append(
            {
                "study": entry.name,
                "title": entry.title,
                "paper": entry.paper,
                "verdict": found.kind,
                "sentence": found.sentence,
            }
        )
    return pd.DataFrame(rows, columns=["study", "title", "paper", "verdict", "sentence"])


def write_page(output: Path, results: Sequence[Result], size: str) -> None:
    """Write the page with its figures inside.

    Parameters
    ----------
    output : Path
        The HTML file.
    results : sequence of Result
        In the order of the page.
    size : str
        Name of the size that was run.
    """
    judged = {row["study"]: row for row in verdicts(results).to_dict("records")}
    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader("synthsize.studies.engine"), PackageLoader("synthsize.report.page")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = [_section(result, judged[result.study]) for result in results]
    page = environment.get_template(TEMPLATE).render(
        sections=sections, size=size, counts=_counts(collect_references(results))
    )
    output.write_text(page, encoding="utf-8")


def _section(result: Result, judged: Mapping[Hashable, Any]) -> dict[str, Any]:
    entry = read_entry(result.study)
    return {
        "entry": entry,
        "verdict": judged["verdict"],
        "sentence": judged["sentence"],
        "image": "data:image/png;base64," + base64.b64encode(result.figure.read_bytes()).decode("ascii"),
        "caption": caption(entry, result.settings),
        "settings": ", ".join(f"{key} {_words(value)}" for key, value in result.settings.items()),
        "notes": sorted({note for note in result.table[NOTE].dropna() if note}),
        "changed": changed_settings(entry, result.settings),
        "headers": list(REFERENCE_HEADERS.values()),
        "references": [
            [_words(row[name]) for name in REFERENCE_HEADERS] for _, row in result.references.iterrows()
        ],
        "table_headers": list(result.table.columns),
        "rows": [[_words(value) for value in row] for row in result.table.itertuples(index=False)],
    }


def caption(entry: Entry, settings: Mapping[str, Any]) -> str:
    """Say below a figure what its points and bars are."""
    count = settings["replicates"]
    if count == 1:
        bars = "One replicate: no bars, because one replicate has no Monte Carlo error."
    else:
        bars = f"Points are means over {count:,} replicates, bars 95% Monte Carlo intervals."
    return f"{entry.title}. {bars} Settings after {entry.paper}."


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_words(item) for item in value) + "]"
    if isinstance(value, float | np.floating):
        return NO_NUMBER if np.isnan(value) else f"{value:.4g}"
    return str(value)


def _counts(references: pd.DataFrame) -> str:
    if references.empty:
        return "No published value belongs to the cells of this run."
    found = references["verdict"].value_counts()
    told = [f"{count} {kind}" for kind, count in found.items()]
    return f"{len(references)} published values beside ours: " + ", ".join(told) + "."
