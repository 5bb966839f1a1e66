# Finished runs side by side: their tables and manifests -> tables, figures and a page. No data, and nothing of this
# configuration's own run, is read; `snakemake compare --config runs='[runs/mimic3, runs/eicu]'` runs it.

from synthsize.compare.manifests import read_manifests
from synthsize.pipeline.compared import clocks, compared_classifiers, compared_names

COMPARISON = str(Path(config["output"]["root"], "compare"))
RUNS = config["runs"]  # folder by label; empty in a run of one's own
COMPARED, COMPARED_NAMES, COMPARED_FIGURES = {}, {}, []
SUPPRESS_COMPARED = 0
if RUNS:
    try:
        MANIFESTS = read_manifests(RUNS)
    except InputError as error:
        sys.exit(f"config: {error}")
    # The manifest holds the digests of all tables: a run that is made anew changes it, and the comparison is due.
    COMPARED = {
        run.label: {"folder": RUNS[run.label], "manifest": run.digest}
        for run in MANIFESTS
    }
    COMPARED_NAMES = compared_names(MANIFESTS).to_params()
    COMPARED_CLASSIFIERS = compared_classifiers(MANIFESTS)
    SUPPRESS_COMPARED = max(run.suppress_below for run in MANIFESTS)
    KINDS = ["side_by_side"]
    if sum(run.has_learning_curve for run in MANIFESTS) > 1:
        KINDS.append("learning_curves")
    COMPARED_FIGURES = [
        f"{kind}_{name}" for kind in KINDS for name in COMPARED_CLASSIFIERS
    ]


wildcard_constraints:
    comparison="|".join(COMPARED_FIGURES) or "none",


def only_with_runs(wildcards):
    """Input function of the comparison: nothing, or the end with a sentence where no runs are named."""
    if not RUNS:
        sys.exit(
            "config: compare needs the runs that it compares, and runs names none; add --config "
            "runs='[runs/mimic3, runs/eicu]'"
        )
    return []


def only_without_runs(wildcards):
    """Input function of all other rules: a configuration that names runs has no run of its own."""
    if RUNS:
        sys.exit(
            "config: runs names finished runs, which only the target compare reads; run `snakemake compare` with the "
            "same options, or leave runs out"
        )
    return []


rule compare:
    """The same tasks in several finished runs, which `runs` names: compare/report.html, tables and figures."""
    input:
        only_with_runs,
        f"{COMPARISON}/report.html",


rule compare_tables:
    """Set what the runs found, and the settings in which they differ, side by side."""
    input:
        only_with_runs,
        code=code("compare.rows", "compare.settings", "contracts.summaries"),
    output:
        **{
            name: f"{COMPARISON}/tables/{name}.csv"
            for name in (
                *("cohorts", "recommended", "gains", "sizes"),
                *("learning_curves", "differing_settings", "tasks"),
            )
        },
    log:
        f"{COMPARISON}/logs/compare_tables.log",
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1000,
    params:
        runs=COMPARED,
        clocks=clocks(MANIFESTS) if RUNS else {},
    script:
        "../scripts/compare_tables.py"


rule draw_comparison:
    """Draw one figure of the comparison, of one classifier."""
    input:
        **rules.compare_tables.output,
        code=code(
            *("compare.side_by_side", "compare.curve_figure", "report.figures.save"),
            data=WORDS_OF_METRICS,
        ),
    output:
        png=f"{COMPARISON}/figures/{{comparison}}.png",
        pdf=f"{COMPARISON}/figures/{{comparison}}.pdf",
        svg=f"{COMPARISON}/figures/{{comparison}}.svg",
        caption=f"{COMPARISON}/figures/{{comparison}}.txt",
    log:
        f"{COMPARISON}/logs/draw_comparison/{{comparison}}.log",
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        runs=list(RUNS),
        names=COMPARED_NAMES,
        suppress_below=SUPPRESS_COMPARED,
    script:
        "../scripts/draw_comparison.py"


rule report_comparison:
    """Put the comparison on one page."""
    input:
        **rules.compare_tables.output,
        figures=expand(rules.draw_comparison.output.png, comparison=COMPARED_FIGURES),
        code=code(
            "compare.page",
            data=WORDS_OF_METRICS
            + [
                f"report/page/templates/{name}"
                for name in ("report.html.j2", "table.html.j2", "page.css", "sort.js")
            ],
        ),
    output:
        f"{COMPARISON}/report.html",
    log:
        f"{COMPARISON}/logs/report_comparison.log",
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1000,
    params:
        runs=COMPARED,
        names=COMPARED_NAMES,
        suppress_below=SUPPRESS_COMPARED,
    script:
        "../scripts/report_comparison.py"


OF_COMPARISON = ("compare", "compare_tables", "draw_comparison", "report_comparison")
for step in workflow.rules:
    if step.name not in OF_COMPARISON:
        step.set_input(only_without_runs)
