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
include: "workflow/rules/report.smk"
include: "workflow/rules/failures.smk"


rule all:
    """Everything: tables, figures and results/report.html (the default)."""
    default_target: True
    input:
        f"{RESULTS}/report.html",  # its manifest lists the other results


onsuccess:
    headline, page = Path(RESULTS, "headline.txt"), Path(RESULTS, "report.html")
    if headline.exists() and page.exists():
        print(headline.read_text(encoding="utf-8"), end="")
        print(f"synthsize: the report is {page}")
