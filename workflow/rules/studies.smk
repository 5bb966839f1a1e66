# The papers' own simulations: blocks of replicates -> means with Monte Carlo errors -> figures and one page.
# Nothing here reads a source; `snakemake studies` runs it.

from synthsize.studies.engine.selection import (
    not_installed,
    study_blocks,
    without_replicates,
)

STUDY_BLOCKS = {name: study_blocks(settings) for name, settings in STUDIES.items()}
STUDY_ENGINE = [
    f"studies.engine.{name}" for name in ("blocks", "summary", "references", "page")
]
# Looked up by name when a study runs, so that no import shows them.
STUDY_GENERATORS = [
    f"balance.generators.{name}"
    for name in (
        "smote",
        "adasyn",
        "jitter",
        "bootstrap",
        "gaussian_copula",
        "transformer",
    )
]


wildcard_constraints:
    study="|".join(STUDIES),


rule studies:
    """Everything of the papers' simulations: results/studies.html, and a CSV and a figure per study."""
    input:
        f"{RESULTS}/studies.html",


rule run_study_block:
    """Compute one block of replicates of one study."""
    input:
        code=lambda wildcards: code(
            f"studies.{wildcards.study}", "studies.engine.blocks", *STUDY_GENERATORS
        ),
    output:
        f"{RESULTS}/studies/blocks/{{study}}/{{block}}.parquet",
    log:
        f"{LOGS}/run_study_block/{{study}}/{{block}}.log",
    benchmark:
        f"{LOGS}/run_study_block/{{study}}/{{block}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        replicates=lambda wildcards: STUDY_BLOCKS[wildcards.study][wildcards.block],
        settings=lambda wildcards: without_replicates(STUDIES[wildcards.study]),
        not_installed=lambda wildcards: not_installed(wildcards.study),
        seed=config["studies"]["seed"],
    script:
        "../scripts/run_study_block.py"


rule summarise_study:
    """Average one study's replicates, and compare them with published values."""
    input:
        blocks=lambda wildcards: expand(
            rules.run_study_block.output[0],
            study=wildcards.study,
            block=STUDY_BLOCKS[wildcards.study],
        ),
        code=lambda wildcards: code(f"studies.{wildcards.study}", *STUDY_ENGINE),
    output:
        table=f"{RESULTS}/studies/{{study}}.csv",
        references=f"{RESULTS}/studies/references/{{study}}.csv",
    log:
        f"{LOGS}/summarise_study/{{study}}.log",
    benchmark:
        f"{LOGS}/summarise_study/{{study}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1000,
    params:
        settings=lambda wildcards: STUDIES[wildcards.study],
    script:
        "../scripts/summarise_study.py"


rule draw_study:
    """Draw the figure of one study."""
    input:
        table=rules.summarise_study.output.table,
        code=lambda wildcards: code(
            f"studies.{wildcards.study}", *STUDY_ENGINE, "report.figures.save"
        ),
    output:
        png=f"{RESULTS}/studies/{{study}}.png",
        pdf=f"{RESULTS}/studies/{{study}}.pdf",
        svg=f"{RESULTS}/studies/{{study}}.svg",
        caption=f"{RESULTS}/studies/{{study}}.txt",
    log:
        f"{LOGS}/draw_study/{{study}}.log",
    benchmark:
        f"{LOGS}/draw_study/{{study}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1000,
    params:
        settings=lambda wildcards: STUDIES[wildcards.study],
    script:
        "../scripts/draw_study.py"


rule report_studies:
    """Put all studies on one page, with their verdicts on the papers' statements."""
    input:
        tables=expand(rules.summarise_study.output.table, study=STUDIES),
        references=expand(rules.summarise_study.output.references, study=STUDIES),
        figures=expand(rules.draw_study.output.png, study=STUDIES),
        code=code(
            *STUDY_ENGINE,
            data=[
                "studies/engine/templates/studies.html.j2",
                "report/page/templates/page.css",
            ],
        ),
    output:
        page=f"{RESULTS}/studies.html",
        references=f"{RESULTS}/studies/references.csv",
        verdicts=f"{RESULTS}/studies/verdicts.csv",
    log:
        f"{LOGS}/report_studies/report_studies.log",
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1000,
    params:
        settings=STUDIES,
        size=config["studies"]["size"],
    script:
        "../scripts/report_studies.py"
