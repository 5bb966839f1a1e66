# The price of each shortcut: the benchmark again with one switch turned, set against the run itself.
# Nothing here runs unless protocol.price_shortcuts is true.

from synthsize.catalogue import variables
from synthsize.pipeline.cells import block_settings, split_blocks
from synthsize.pipeline.shortcuts import COHORT_SHORTCUTS, SAME_ROWS, unpriced_shortcuts

SHORTCUT = f"{RESULTS}/shortcuts/{{shortcut}}"
ITEM_IDS = f"{RESULTS}/shortcuts/item_ids"


use rule extract_admissions as choose_shortcut_cohort with:
    output:
        admissions=f"{SHORTCUT}/extract/admissions.parquet",
        steps=f"{SHORTCUT}/extract/cohort_steps.csv",
    log:
        f"{LOGS}/choose_shortcut_cohort/{{shortcut}}.log",
    benchmark:
        f"{LOGS}/choose_shortcut_cohort/{{shortcut}}.tsv"
    params:
        cohort=lambda wildcards: cohort(
            *COHORT_RULES, settings=SHORTCUTS[wildcards.shortcut]
        ),


rule restrict_task:
    """Keep the rows of a task that a stricter cohort keeps."""
    input:
        task=rules.build_task.output[0],
        admissions=rules.choose_shortcut_cohort.output.admissions,
        code=code("tasks.restriction"),
    output:
        f"{SHORTCUT}/tasks/{{task}}.parquet",
    log:
        f"{LOGS}/restrict_task/{{shortcut}}/{{task}}.log",
    benchmark:
        f"{LOGS}/restrict_task/{{shortcut}}/{{task}}.tsv"
    wildcard_constraints:
        shortcut="|".join(COHORT_SHORTCUTS),
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    script:
        "../scripts/restrict_task.py"


use rule extract_measurements as extract_shortcut_measurements with:
    input:
        preflight=rules.check_source.output[0],
        source=DESCRIPTION,
        admissions=rules.extract_admissions.output.admissions,
        raw=raw_tables(*SOURCE.tables_read_by("measurements")),
        sql=sql_of("measurements"),
        concepts=str(SOURCE.folder / "concepts" / "paper.csv"),
        code=code(
            "extract.measurements",
            data=[*shared_sql("classify.sql"), "extract/definition/units.csv"],
        ),
    output:
        measurements=f"{ITEM_IDS}/extract/measurements.parquet",
        audit=f"{ITEM_IDS}/extract/audit.csv",
    log:
        f"{LOGS}/extract_shortcut_measurements/extract_shortcut_measurements.log",
    benchmark:
        f"{LOGS}/extract_shortcut_measurements/extract_shortcut_measurements.tsv"
    params:
        concepts="paper",


use rule bin_measurements as bin_shortcut_measurements with:
    input:
        measurements=rules.extract_shortcut_measurements.output.measurements,
        code=code("tasks.binning"),
    output:
        f"{ITEM_IDS}/tasks/bins.parquet",
    log:
        f"{LOGS}/bin_shortcut_measurements/bin_shortcut_measurements.log",
    benchmark:
        f"{LOGS}/bin_shortcut_measurements/bin_shortcut_measurements.tsv"


use rule build_features as build_shortcut_features with:
    input:
        bins=rules.bin_shortcut_measurements.output[0],
        admissions=rules.extract_admissions.output.admissions,
        code=code("tasks.features"),
    output:
        f"{ITEM_IDS}/tasks/features.parquet",
    log:
        f"{LOGS}/build_shortcut_features/build_shortcut_features.log",
    benchmark:
        f"{LOGS}/build_shortcut_features/build_shortcut_features.tsv"
    params:
        variables=(
            variables.listed_in(
                SOURCE.concept_file("paper"), RAW_TABLES, config["features"]["without"]
            )
            if "paper" in SOURCE.concept_sets
            else {}
        ),


use rule build_task as build_shortcut_task with:
    input:
        features=rules.build_shortcut_features.output[0],
        admissions=rules.extract_admissions.output.admissions,
        diagnoses=CODES,
        code=code("tasks.labels"),
    output:
        f"{ITEM_IDS}/tasks/{{task}}.parquet",
    log:
        f"{LOGS}/build_shortcut_task/{{task}}.log",
    benchmark:
        f"{LOGS}/build_shortcut_task/{{task}}.tsv"


rule run_shortcut_block:
    """Fit and score one block of outer splits with one switch turned."""
    input:
        task=shortcut_task,
        code=lambda wildcards: fit_code(
            "benchmark.shortcut_block",
            classifier=wildcards.classifier,
            generator=wildcards.generator,
        ),
    output:
        sweep=f"{SHORTCUT}/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.sweep.parquet",
        vtss=f"{SHORTCUT}/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.vtss.parquet",
        events=f"{SHORTCUT}/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.events.parquet",
    log:
        f"{LOGS}/run_shortcut_block/{{shortcut}}/{{task}}/{{classifier}}/{{generator}}/{{block}}.log",
    benchmark:
        f"{LOGS}/run_shortcut_block/{{shortcut}}/{{task}}/{{classifier}}/{{generator}}/{{block}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=fit_memory,
    params:
        versions=cell_versions,
        splits=lambda wildcards: split_blocks(
            config, wildcards.classifier, wildcards.generator
        )[wildcards.block],
        settings=lambda wildcards: block_settings(
            SHORTCUTS[wildcards.shortcut], wildcards.classifier, wildcards.generator
        ),
    script:
        "../scripts/run_shortcut_block.py"


rule collect_shortcut:
    """Gather the jobs of one shortcut into its sweep, vtss and events tables."""
    input:
        **{
            table: kept(
                (
                    path.format(task=task, shortcut="{shortcut}")
                    for task in REPORTED
                    for path in cell_paths(rules.run_shortcut_block.output[table])
                ),
                f"{SHORTCUT}/blocks",
            )
            for table in ("sweep", "vtss", "events")
        },
        code=code("contracts.results"),
    output:
        sweep=f"{SHORTCUT}/sweep.parquet",
        vtss=f"{SHORTCUT}/vtss.parquet",
        events=f"{SHORTCUT}/events.parquet",
    log:
        f"{LOGS}/collect_shortcut/{{shortcut}}.log",
    benchmark:
        f"{LOGS}/collect_shortcut/{{shortcut}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    script:
        "../scripts/collect_shortcut.py"


rule price_shortcuts:
    """Tabulate what each shortcut changes in risk and in the chosen size, split by split."""
    input:
        **{
            f"shortcut_{table}": expand(
                f"{SHORTCUT}/{table}.parquet", shortcut=SHORTCUTS
            )
            for table in ("sweep", "vtss", "events")
        },
        sweep=expand(rules.collect_blocks.output.sweep, task=REPORTED),
        vtss=expand(rules.collect_blocks.output.vtss, task=REPORTED),
        code=code("statistics.shortcut_prices"),
    output:
        f"{RESULTS}/tables/shortcuts.csv",
    log:
        f"{LOGS}/price_shortcuts/price_shortcuts.log",
    benchmark:
        f"{LOGS}/price_shortcuts/price_shortcuts.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=4000,
    params:
        shortcuts=list(SHORTCUTS),
        same_rows=SAME_ROWS,
        unpriced=unpriced_shortcuts(config, SOURCE.concept_sets),
        alpha=config["reporting"]["alpha"],
    script:
        "../scripts/price_shortcuts.py"
