"""synthsize: does synthetic oversampling help on intensive-care data, and how much of it to add?

The way of the data: extract -> tasks -> benchmark -> report, one rule file per room.
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
include: "workflow/rules/failures.smk"
include: "workflow/rules/lineage.smk"


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
