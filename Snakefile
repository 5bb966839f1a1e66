"""synthsize: does synthetic oversampling help on intensive-care data, and how much of it to add?

The way of the data: extract -> tasks -> benchmark -> report, one rule file per room. Beside it, reading no data: studies.
"""

from snakemake.utils import min_version

min_version("9.8")


configfile: "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/simulate.smk"
include: "workflow/rules/extract.smk"
include: "workflow/rules/tasks.smk"
include: "workflow/rules/benchmark.smk"
include: "workflow/rules/shortcuts.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/studies.smk"
include: "workflow/rules/failures.smk"


rule all:
    """Everything: tables, figures and results/report.html (the default)."""
    default_target: True
    input:
        f"{RESULTS}/report.html",  # its manifest lists the other results


onsuccess:
    if any(job.name == "write_report" for job in workflow.dag.jobs):
        print(Path(RESULTS, "headline.txt").read_text(encoding="utf-8"), end="")
        print(f"synthsize: the report is {RESULTS}/report.html")
        if not LEFT_OUT:  # whatever an earlier run lacked is there now
            Path(LOGS, "incomplete.yaml").unlink(missing_ok=True)
