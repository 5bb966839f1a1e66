"""Style and labels of figures and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib as mpl

from synthsize.contracts.variables import ALL_STRATA

# Colours of Okabe and Ito, which stay apart for colour-blind readers.
BLACK = "#000000"
BLUE = "#0072B2"
VERMILION = "#D55E00"
ORANGE = "#E69F00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
GREY = "#7F7F7F"

CURVE_COLOUR = BLUE
VTSS_COLOUR = VERMILION
RAW_COLOUR = BLACK
WEIGHTS_COLOUR = GREEN
CRITERION_COLOURS = {"balanced_loss": BLUE, "balanced_accuracy": ORANGE}
MISSING = "\N{EN DASH}"  # in place of a number
BAND_ALPHA = 0.2
FEW_SPLITS = 20  # below it a standard deviation over splits is too imprecise

COLUMN_WIDTH = 3.5  # inches: one column of a journal page
PAGE_WIDTH = 7.2  # inches: two columns of a journal page
PANEL_HEIGHT = 1.45
STRIP_HEIGHT = 0.95
DPI = 300

RC = mpl.RcParams(
    {
        "font.family": "DejaVu Sans",
        "font.size": 7.5,
        "axes.titlesize": 8,
        "axes.labelsize": 7.5,
        "xtick.labelsize": 6.5,
        "ytick.labelsize": 6.5,
        "legend.fontsize": 7,
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "lines.linewidth": 1.2,
        "lines.markersize": 3,
        "legend.frameon": False,
        "text.parse_math": False,  # a dollar sign in a task's label is a dollar sign
        "pdf.fonttype": 42,  # fonts as text, so that a journal can edit the figure
    }
)

SHORTCUTS = {
    "imputation": "Imputation from the whole cohort",
    "grouping": "Splits by admission",
    "item_ids": "Published item ids",
    "oracle": "Undersampled oracle",
    "admissions": "Latest admission only",
    "landmark": "Landmark at the window's end",
}
STRATA = {
    "carevue": "CareVue",
    "metavision": "MetaVision",
    "both": "both systems",
    "no_icu": "no ICU stay",
    ALL_STRATA: "all admissions",
}
REGIMES = {
    "symmetric": "symmetric, up to a cost that does not matter",
    "intercept": "intercept alone, up to a cost that does not matter",
    "asymmetric": "local asymmetry",
    "unresolved": "not resolved",
    "undetermined": "undetermined",
}
CRITERIA = {"balanced_loss": "balanced loss", "balanced_accuracy": "balanced accuracy"}
_INTERVAL_NAMES = {"normal": "normal interval over splits", "nadeau_bengio": "Nadeau-Bengio interval"}


def control_mark(marker: str) -> dict[str, Any]:
    """Look of a control's level: open, because two of them often coincide, and because curves lie beneath."""
    return {
        "marker": marker,
        "color": BLACK,
        "markersize": 5.0,
        "markerfacecolor": "none",
        "markeredgewidth": 0.8,
        "linestyle": "",
    }


def display(name: str, names: Mapping[str, str]) -> str:
    """Words for `name`; a name without an entry is shown with spaces for underscores."""
    return names.get(name, name.replace("_", " "))


def interval_label(interval: str, level: float = 0.95) -> str:
    """Name an interval within a table's header: its nominal coverage and its kind."""
    return f"{100 * level:g}% {display(interval, _INTERVAL_NAMES)}"
