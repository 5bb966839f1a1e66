"""Draw every kind of figure from made-up results into the folder named on the command line."""

import sys
from pathlib import Path

import pandas as pd
from run_names import names_of
from test_degenerate_runs import TASKS, make_run

from synthsize.contracts.variables import VARIABLES
from synthsize.report.figures import (
    attrition,
    chosen_sizes,
    differences_to_balance,
    excess_risk,
    missingness_coverage,
    pareto,
)
from synthsize.report.figures import paired_differences as differences_figure
from synthsize.report.figures import validation_curves as validation_figure
from synthsize.report.figures.save import FORMATS, write_figure
from synthsize.statistics.bands import bands
from synthsize.statistics.choices import choice_distribution
from synthsize.statistics.comparisons import paired_differences
from synthsize.statistics.control_summary import summarise_controls
from synthsize.statistics.summary import curves, vtss_summary
from synthsize.statistics.validation_summary import validation_curves


def figures():
    run = make_run()
    sweep, vtss, controls = run.sweep, run.vtss, run.controls
    shown = {"classifier": "logistic", "names": names_of(TASKS)}
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
    steps = pd.DataFrame(
        {
            "step": ["all admissions", "in the analysis tables", "of these positive: Sepsis"],
            "admissions": [120, 99, 30],
            "patients": [110, 90, 29],
            "removed": pd.array([0, 21, None], dtype="Int64"),
        }
    )
    return {
        "curves": excess_risk.draw(*summaries, **interval, **shown),
        "pareto": pareto.draw(summaries[0], summaries[2], **shown),
        "validation": validation_figure.draw(validation_curves(sweep, vtss), **interval, **shown),
        "choices": chosen_sizes.draw(choice_distribution(sweep, vtss), **shown),
        "differences": differences_figure.draw(paired_differences(sweep, vtss, controls), **shown),
        "bands": differences_to_balance.draw(bands(sweep, vtss, controls), **shown),
        "coverage": missingness_coverage.draw(coverage, missingness, suppress_below=10),
        "attrition": attrition.draw(steps, suppress_below=10),
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    for name, figure in figures().items():
        files = {suffix: str(folder / f"{name}.{suffix}") for suffix in FORMATS}
        write_figure(figure, {**files, "caption": str(folder / f"{name}.txt")}, name)
