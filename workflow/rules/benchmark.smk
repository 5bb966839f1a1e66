# Repeated splits: the sweep over synthetic sizes, and the size that validation chooses.


rule run_block:
    """Fit and score one block of outer splits for one task, classifier and generator."""
    input:
        task=rules.build_task.output[0],
        code=code("benchmark.block"),
    output:
        sweep=f"{RESULTS}/benchmark/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.sweep.parquet",
        vtss=f"{RESULTS}/benchmark/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.vtss.parquet",
        events=f"{RESULTS}/benchmark/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.events.parquet",
    log:
        f"{LOGS}/run_block/{{task}}/{{classifier}}/{{generator}}/{{block}}.log",
    benchmark:
        f"{LOGS}/run_block/{{task}}/{{classifier}}/{{generator}}/{{block}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        splits=lambda wildcards: BLOCKS[wildcards.block],
        settings=experiment_settings(config),
    script:
        "../scripts/run_block.py"


rule collect_blocks:
    """Gather the blocks of one task into its sweep, vtss and events tables."""
    input:
        **{
            table: expand(
                f"{RESULTS}/benchmark/blocks/{{{{task}}}}/{{classifier}}/{{generator}}/{{block}}.{table}.parquet",
                classifier=CLASSIFIERS,
                generator=GENERATORS,
                block=BLOCKS,
            )
            for table in ("sweep", "vtss", "events")
        },
        code=code("schemas"),
    output:
        sweep=f"{RESULTS}/benchmark/{{task}}/sweep.parquet",
        vtss=f"{RESULTS}/benchmark/{{task}}/vtss.parquet",
        events=f"{RESULTS}/benchmark/{{task}}/events.parquet",
    log:
        f"{LOGS}/collect_blocks/{{task}}.log",
    benchmark:
        f"{LOGS}/collect_blocks/{{task}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    script:
        "../scripts/collect_blocks.py"


rule summarise_results:
    """Means and intervals over the splits: the curves, and what VTSS reached."""
    input:
        sweep=expand(rules.collect_blocks.output.sweep, task=TASKS),
        vtss=expand(rules.collect_blocks.output.vtss, task=TASKS),
        code=code("benchmark.summary"),
    output:
        curves=f"{RESULTS}/tables/curves.csv",
        vtss=f"{RESULTS}/tables/vtss.csv",
    log:
        f"{LOGS}/summarise_results/summarise_results.log",
    benchmark:
        f"{LOGS}/summarise_results/summarise_results.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    script:
        "../scripts/summarise_results.py"
