"""synthsize: does synthetic oversampling help on intensive-care data, and how much of it to add?

The way of the data: extract -> tasks -> benchmark -> statistics -> report, one rule file per room. Beside it, reading no data: studies.
"""

import signal
import sys
from pathlib import Path

from snakemake.utils import min_version

from synthsize.errors import InputError
from synthsize.pipeline.config_files import check_config_file

min_version("9.8")

# The workflow's own files lie beside this one, wherever the run writes (`-s PATH/Snakefile -d DIR`).
OWN_CONFIG = f"{workflow.basedir}/config.yaml"

if workflow.subprocess_exec:
    # Ctrl-C reaches a job's process when its log is open, which lets it end without a traceback (pipeline.job).
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

try:
    check_config_file(OWN_CONFIG)
except InputError as error:
    sys.exit(f"config: {error}")


configfile: OWN_CONFIG


include: "workflow/rules/common.smk"
include: "workflow/rules/source.smk"
include: "workflow/rules/fits.smk"
include: "workflow/rules/outputs.smk"
include: "workflow/rules/simulate.smk"
include: "workflow/rules/extract.smk"
include: "workflow/rules/tasks.smk"
include: "workflow/rules/own_tables.smk"
include: "workflow/rules/benchmark.smk"
include: "workflow/rules/statistics.smk"
include: "workflow/rules/fidelity.smk"
include: "workflow/rules/recipes.smk"
include: "workflow/rules/learners.smk"
include: "workflow/rules/shortcuts.smk"
include: "workflow/rules/curves.smk"
include: "workflow/rules/transport.smk"
include: "workflow/rules/sensitivity.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/studies.smk"
include: "workflow/rules/compared.smk"
include: "workflow/rules/compare.smk"
include: "workflow/rules/failures.smk"
include: "workflow/rules/plan.smk"
include: "workflow/rules/lineage.smk"


# Seconds each: on a cluster they run beside Snakemake and not in the queue.
localrules:
    all,
    check_source,
    describe_cohort,
    collect_blocks,
    collect_shortcut,
    summarise_results,
    summarise_validation,
    compare_sizes,
    choose_recipes,
    recommend_recipes,
    compare_learners,
    price_shortcuts,
    collect_learning_curve,
    summarise_learning_curve,
    summarise_net_benefit,
    hold_out_strata,
    collect_transport,
    compare_transport,
    summarise_subgroups,
    compare_imputations,
    summarise_fidelity,
    draw_figure,
    tabulate_summary,
    write_tables,
    write_headline,
    write_manifest,
    write_report,
    studies,
    summarise_study,
    draw_study,
    report_studies,
    compare,
    compare_tables,
    draw_comparison,
    report_comparison,


rule all:
    """Everything: tables, figures and results/report.html (the default)."""
    default_target: True
    input:
        f"{RESULTS}/report.html",  # its manifest lists the other results


onsuccess:
    made = (f"{RESULTS}/headline.txt", f"{RESULTS}/report.html")
    wanted = any(job.name == "write_report" for job in workflow.dag.jobs)
    # A run that ends earlier, as with --until, leaves those of another one, or none.
    if wanted and all(map(LINEAGE.fits, made)):
        print(Path(made[0]).read_text(encoding="utf-8"), end="")
        print(f"synthsize: the report is {made[1]}")
        if not LEFT_OUT:  # whatever an earlier run lacked is there now
            Path(LOGS, "incomplete.yaml").unlink(missing_ok=True)
    if any(job.name == "report_comparison" for job in workflow.dag.jobs):
        print(f"synthsize: the comparison is {COMPARISON}/report.html")
