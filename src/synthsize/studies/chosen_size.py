"""Study: what VTSS chooses under local symmetry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence

from synthsize.balance import n_synthetic
from synthsize.studies.engine import mean_shift_model as model
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.plotting import legend_below, name_axes, panels
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.squared_loss import mean_loss, solve
from synthsize.studies.engine.summary import cell, cells
from synthsize.studies.engine.verdicts import Verdict, told, undecided

ENTRY = {
    "order": 4,
    "title": "Symmetric classes: validation chooses few synthetic rows or none",
    "paper": "Ma and Zhang, arXiv:2601.16120, section 15.2.1 and Figure 9",
    "statement": "Under local symmetry the size chosen on a balanced validation set concentrates at none.",
    "rows": (
        "One noise law, generator and bin of the chosen multiplier: the share of replicates that chose within it; the "
        "bin -1 holds means over all choices. The design is that of the symmetric classes; the validation set has "
        "`validation` rows of each class. The paper's range of sizes is not known; ours is 0 to `stop`."
    ),
    "keys": ["noise", "generator", "bin"],
    "metrics": {
        "share": "share of replicates whose choice lies in the bin",
        "chosen": "chosen size (class gaps)",
        "below_quarter": "share of replicates that chose at most a quarter of the class gap",
        "upper_edge": "share of replicates that chose the grid's upper edge",
        "gain": "excess risk at the choice minus that without synthetic rows (squared loss)",
    },
    "paper_settings": {
        "noise": ["uniform", "rademacher", "sphere"],
        "generator": ["oracle", "semi_oracle", "gaussian", "smote"],
        "d": 20,
        "delta": 1.0,
        "n0": 2000,
        "n1": 100,
        "stop": 2.0,
        "points": 200,
        "bins": 20,
        "validation": 2000,
        "k_neighbors": 5,
        "shrinkage": 0.1,
        "ridge": 1e-8,
        "replicates": 500,
        "replicates_per_job": 100,
    },
    "quick_settings": {"replicates": 20},
}
OVER_ALL = -1.0


def bins(settings: Mapping[str, Any]) -> list[float]:
    """Left ends of the bins; a grid of one size has one bin."""
    count = settings["bins"] if settings["points"] > 1 else 1
    return [round(settings["stop"] * i / count, 6) for i in range(count)]


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Choose a size for every generator on the same real rows and validation set."""
    grid = np.linspace(0.0, settings["stop"], settings["points"])
    sizes = [n_synthetic(float(m), settings["n0"] - settings["n1"]) for m in grid]
    left = np.array(bins(settings))
    rows = []
    for law in settings["noise"]:
        stream = streams(seed, law)
        classes = model.draw_classes(law, (settings["n0"], settings["n1"]), settings, stream)
        validation = model.draw_classes(law, (settings["validation"],) * 2, settings, stream)
        real, judge = model.real_sums(classes), model.real_sums(validation)
        for generator in settings["generator"]:
            added = model.synthetic_sums(
                generator, law, classes, sizes, settings, streams(seed, law, generator)
            )
            theta = solve(real + added, settings["ridge"])
            best = int(np.argmin(mean_loss(judge, theta)))
            excess = model.excess_risk(theta, settings["delta"])
            keys = {"noise": law, "generator": generator}
            fell = int(np.searchsorted(left, grid[best] + 1e-9, side="right")) - 1
            rows += [{**keys, "bin": start, "share": float(i == fell)} for i, start in enumerate(left)]
            rows.append(
                {
                    **keys,
                    "bin": OVER_ALL,
                    "chosen": float(grid[best]),
                    "below_quarter": float(grid[best] <= 0.25),
                    "upper_edge": float(best == len(grid) - 1),
                    "gain": float(excess[best] - excess[0]),
                }
            )
    return rows


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: ARG001
    """No closed form: the choice depends on the validation set."""
    return []


def references(settings: Mapping[str, Any]) -> list[Reference]:  # noqa: ARG001
    """None: the paper shows histograms without numbers, on a range that is not known."""
    return []


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Share of replicates by chosen size, a panel per noise law."""
    figure, axes = panels(len(settings["noise"]))
    width = settings["stop"] / len(bins(settings))
    for panel, law in zip(axes, settings["noise"], strict=True):
        for generator in settings["generator"]:
            rows = cells(table, "share", noise=law, generator=generator).sort_values("bin")
            panel.plot(
                rows["bin"] + width / 2,
                rows["mean"],
                color=model.COLOURS[generator],
                marker=model.MARKS[generator],
                label=model.SYNTHETIC[generator],
            )
        panel.set_ylim(bottom=0)
        name_axes(
            panel,
            model.NOISES[law],
            f"chosen size (class gaps; bins of {width:g})",
            "share of replicates",
        )
    legend_below(figure, axes)
    return figure


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """State how often fitted generators are left (almost) unused."""
    fitted = [name for name in ("gaussian", "smote", "semi_oracle") if name in settings["generator"]]
    if settings["points"] < 2 or settings["replicates"] < 2 or not fitted:
        return undecided("it needs two sizes, two replicates and a fitted generator")
    law = settings["noise"][0]
    shares = {name: cell(table, "below_quarter", noise=law, generator=name, bin=OVER_ALL) for name in fitted}
    least = min(float(row["mean"]) for row in shares.values() if row is not None)
    named = ", ".join(
        f"{told(row)} with {model.SYNTHETIC[name]}" for name, row in shares.items() if row is not None
    )
    oracle = cell(table, "upper_edge", noise=law, generator="oracle", bin=OVER_ALL)
    addition = (
        "" if oracle is None else f"; rows from the true law are taken to the grid's end in {told(oracle)}"
    )
    sentence = f"The share of replicates that choose at most a quarter of the class gap is {named}{addition}."
    return Verdict("supports" if least > 0.5 else "limits", sentence)
