# Tidy results -> the tables to read, the headline, the manifest and one page to read offline.

from synthsize.catalogue import variables
from synthsize.pipeline.cells import split_blocks

BLOCKS = sorted({block for cell in CELLS for block in split_blocks(config, *cell)})
LACKING = [
    entry.label for name, entry in variables.entries().items() if name not in VARIABLES
]
SHOWN_CONFIG = {
    key: value
    for key, value in config.items()
    if key not in ("output", "studies", "runs")
    and not (OWN_TABLES and key in ("source", "simulate", "cohort"))
}


rule tabulate_summary:
    """One readable row per task, classifier and generator."""
    input:
        vtss=rules.summarise_results.output.vtss,
        code=code("contracts.summaries", "report.tables.summary"),
    output:
        f"{RESULTS}/tables/summary.csv",
    log:
        f"{LOGS}/tabulate_summary/tabulate_summary.log",
    benchmark:
        f"{LOGS}/tabulate_summary/tabulate_summary.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1000,
    params:
        names=NAMES.to_params(),
    script:
        "../scripts/tabulate_summary.py"


# What page and files show.
SHOWN_TABLES = {
    "summary": rules.tabulate_summary.output[0],
    **SUMMARY_TABLES,
    "events": [
        *expand(rules.collect_blocks.output.events, task=REPORTED),
        *(
            of_generators(rules.measure_fidelity.output.events)
            if ON_REQUEST["fidelity"]
            else []
        ),
        *(
            expand(rules.choose_recipes.output.events, task=REPORTED)
            if PENALTIES and ON_REQUEST["recipes"]
            else []
        ),
    ],
}


rule write_tables:
    """Write the tables of the report for papers: CSV, Markdown and LaTeX."""
    input:
        **SHOWN_TABLES,
        code=code(
            *(
                "report.tables.inputs",
                "report.page.sections",
                "report.page.table_files",
            ),
            data=WORDS_OF_METRICS + WORDS_OF_VARIABLES,
        ),
    output:
        directory(f"{RESULTS}/tables/formatted"),
    log:
        f"{LOGS}/write_tables/write_tables.log",
    benchmark:
        f"{LOGS}/write_tables/write_tables.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1000,
    params:
        names=NAMES.to_params(),
        interval=config["protocol"]["interval"],
        suppress_below=config["reporting"]["suppress_below"],
        left_out=LEFT_OUT,
        impossible=IMPOSSIBLE,
    script:
        "../scripts/write_tables.py"


# The choice among all recipes, where it tunes the penalty: the answers do not, and the headline says where they differ.
JOINT_OF_PENALTIES = (
    {"joint": rules.recommend_recipes.output.recommendations}
    if ON_REQUEST["recipes"] and PENALTIES
    else {}
)


rule write_headline:
    """Write in a line per task whether synthetic rows help, what to do, how sure that is, and which learner is best."""
    input:
        **JOINT_OF_PENALTIES,
        **(
            {"learners": rules.compare_learners.output.learner_differences}
            if ON_REQUEST["learner_differences"]
            else {}
        ),
        answers=rules.compare_sizes.output.answers,
        verdicts=rules.compare_sizes.output.verdicts,
        table1=SUMMARY_TABLES["table1"],
        code=code(
            "contracts.summaries",
            "report.page.few_cases",
            "report.page.headline",
            data=WORDS_OF_METRICS,
        ),
    output:
        f"{RESULTS}/headline.txt",
    log:
        f"{LOGS}/write_headline/write_headline.log",
    benchmark:
        f"{LOGS}/write_headline/write_headline.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1000,
    params:
        names=NAMES.to_params(),
        simulated=SIMULATED and not OWN_TABLES,
        left_out=LEFT_OUT,
    script:
        "../scripts/write_headline.py"


rule write_manifest:
    """Write down configuration, versions, inputs, outputs and run times: what is needed to repeat the run."""
    input:
        preflight=SUMMARY_TABLES["preflight"],
        source=(
            []
            if OWN_TABLES
            else [DESCRIPTION, str(CONCEPTS), *map(str, SOURCE.folder.glob("*.sql"))]
        ),
        outputs=[
            *expand(rules.collect_blocks.output, task=REPORTED),
            *(
                rules.describe_tables.output
                if OWN_TABLES
                else [*rules.describe_cohort.output, *rules.compare_release.output]
            ),
            *rules.summarise_results.output,
            *rules.summarise_validation.output,
            *rules.compare_sizes.output,
            *(path for name, path in REQUESTED_TABLES.items() if ON_REQUEST[name]),
            *(
                expand(rules.choose_recipes.output, task=REPORTED)
                if ON_REQUEST["recipes"]
                else []
            ),
            *rules.tabulate_summary.output,
            *rules.write_tables.output,
            *rules.write_headline.output,
            *expand(
                f"{RESULTS}/figures/{{figure}}.{{suffix}}",
                figure=FIGURES,
                suffix=["png", "pdf", "svg", "txt"],
            ),
        ],
        code=code("pipeline.manifest", "contracts.summaries"),
    output:
        f"{RESULTS}/manifest.json",
    log:
        f"{LOGS}/write_manifest/write_manifest.log",
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1000,
    params:
        config=SHOWN_CONFIG,
        records=lambda wildcards: job_records(),
        names={
            "task": TASKS,
            "classifier": CLASSIFIERS,
            "generator": list({**SAMPLERS, **DRAWN_FROM}),
            "block": BLOCKS,
            "shortcut": list(SHORTCUTS),
            "penalty": list(PENALTIES),
            "figure": list(FIGURES),
        },
    script:
        "../scripts/write_manifest.py"


rule write_report:
    """Put tables and figures on one page that opens without a network."""
    input:
        **SHOWN_TABLES,
        figures=expand(f"{RESULTS}/figures/{{figure}}.png", figure=FIGURES),
        captions=expand(f"{RESULTS}/figures/{{figure}}.txt", figure=FIGURES),
        headline=rules.write_headline.output[0],
        manifest=rules.write_manifest.output[0],
        code=code(
            *("report.page.writing", "report.page.run", "report.page.reading"),
            *("report.tables.inputs", "report.page.figures"),
            *(f"report.figures.{entry.name}" for entry, _ in FIGURES.values()),
            data=WORDS_OF_METRICS
            + WORDS_OF_VARIABLES
            + [
                f"report/page/templates/{name}"
                for name in ("report.html.j2", "table.html.j2", "page.css", "sort.js")
            ],
        ),
    output:
        f"{RESULTS}/report.html",
    log:
        f"{LOGS}/write_report/write_report.log",
    benchmark:
        f"{LOGS}/write_report/write_report.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        config=SHOWN_CONFIG,
        names=NAMES.to_params(parameters=True),
        figures={
            file: {"figure": entry.name, "classifier": classifier}
            for file, (entry, classifier) in FIGURES.items()
        },
        settings=DISPLAY,
        lacking=LACKING,
        clock=SOURCE.clock,
        impossible=IMPOSSIBLE,
    script:
        "../scripts/write_report.py"
