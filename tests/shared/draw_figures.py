"""Draw every kind of figure from made-up results into the folder named on the command line."""

import sys
from pathlib import Path

import pandas as pd
from test_degenerate_runs import TASKS, make_run

from synthsize.contracts.variables import VARIABLES
from synthsize.report.figures.attrition import draw_attrition
from synthsize.report.figures.bands import draw_bands
from synthsize.report.figures.choices import draw_choices
from synthsize.report.figures.coverage import draw_coverage
from synthsize.report.figures.curves import draw_curves
from synthsize.report.figures.differences import draw_differences
from synthsize.report.figures.pareto import draw_pareto
from synthsize.report.figures.save import FORMATS, write_figure
from synthsize.report.figures.validation import draw_validation
from synthsize.statistics.bands import bands
from synthsize.statistics.choices import choice_distribution
from synthsize.statistics.comparisons import paired_differences
from synthsize.statistics.control_summary import summarise_controls
from synthsize.statistics.summary import curves, vtss_summary
from synthsize.statistics.validation_summary import validation_curves


def figures():
    run = make_run()
    sweep, vtss, controls = run.sweep, run.vtss, run.controls
    shown = {"classifier": "logistic", "task_labels": TASKS}
    interval = {"interval": "nadeau_bengio"}
    summaries = curves(sweep), vtss_summary(sweep, vtss), summarise_controls(controls)
    shares = {f"{variable.name}_percent": [50.0, 50.0] for variable in VARIABLES}
    coverage = pd.DataFrame({"stratum": ["carevue", "all"], "admissions": [99, 99], **shares})
    missingness = pd.DataFrame(
        {
            "variable": ["inr"],
            "admissions": [50],
            "admissions_percent": [50.5],
            "bins_percent": [20.0],
            "measurements_median": [1.0],
            "missing_cells_percent": [49.5],
        }
    )
    attrition = pd.DataFrame(
        {
            "step": ["all admissions", "in the analysis tables", "of these positive: Sepsis"],
            "admissions": [120, 99, 30],
            "patients": [110, 90, 29],
            "removed": pd.array([0, 21, None], dtype="Int64"),
        }
    )
    return {
        "curves": draw_curves(*summaries, metric="excess_risk", **interval, **shown),
        "pareto": draw_pareto(summaries[0], summaries[2], **shown),
        "validation": draw_validation(validation_curves(sweep, vtss), **interval, **shown),
        "choices": draw_choices(choice_distribution(sweep, vtss), **shown),
        "differences": draw_differences(paired_differences(sweep, vtss, controls), **shown),
        "bands": draw_bands(bands(sweep, vtss, controls), **shown),
        "coverage": draw_coverage(coverage, missingness, suppress_below=10),
        "attrition": draw_attrition(attrition, suppress_below=10),
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    for name, figure in figures().items():
        files = {suffix: str(folder / f"{name}.{suffix}") for suffix in FORMATS}
        write_figure(figure, {**files, "caption": str(folder / f"{name}.txt")}, name)
