# Finished runs side by side: their tables and manifests -> tables, figures and a page. No data, and nothing of this
# configuration's own run, is read; `snakemake compare --config runs='[runs/mimic3, runs/eicu]'` runs it.

from synthsize.pipeline.compared import clocks


rule compare:
    """The same tasks in several finished runs, which `runs` names: compare/report.html, tables and figures."""
    input:
        only_with_runs,
        f"{COMPARISON}/report.html",


rule compare_tables:
    """Tabulate the results of the runs, and the settings in which they differ, side by side."""
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
