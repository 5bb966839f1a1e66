# Analysis tables -> result rows: the sweep over synthetic sizes, the size that validation chooses, and the controls.

from synthsize.pipeline.cells import (
    block_settings,
    control_settings,
    diagnosed_splits,
    diagnosis_settings,
    split_blocks,
    validated_controls,
)


rule run_block:
    """Fit and score one block of outer splits for one task, classifier and generator."""
    input:
        task=rules.build_task.output[0],
        code=lambda wildcards: fit_code(
            "benchmark.block",
            classifier=wildcards.classifier,
            generator=wildcards.generator,
        ),
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
        mem_mb=fit_memory,
    params:
        versions=cell_versions,
        splits=lambda wildcards: split_blocks(
            config, wildcards.classifier, wildcards.generator
        )[wildcards.block],
        settings=lambda wildcards: block_settings(
            config, wildcards.classifier, wildcards.generator
        ),
    script:
        "../scripts/run_block.py"


rule run_controls:
    """Fit and score the controls on one block of outer splits for one task and classifier."""
    input:
        task=rules.build_task.output[0],
        code=lambda wildcards: fit_code(
            "benchmark.controls",
            *(f"balance.controls.{name}" for name in config["experiment"]["controls"]),
            "balance.generators.bootstrap",
            classifier=wildcards.classifier,
        ),
    output:
        controls=f"{RESULTS}/benchmark/blocks/{{task}}/{{classifier}}/controls/{{block}}.controls.parquet",
        validated=f"{RESULTS}/benchmark/blocks/{{task}}/{{classifier}}/controls/{{block}}.validated.parquet",
        events=f"{RESULTS}/benchmark/blocks/{{task}}/{{classifier}}/controls/{{block}}.events.parquet",
    log:
        f"{LOGS}/run_controls/{{task}}/{{classifier}}/{{block}}.log",
    benchmark:
        f"{LOGS}/run_controls/{{task}}/{{classifier}}/{{block}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=fit_memory,
    params:
        versions=cell_versions,
        splits=lambda wildcards: split_blocks(config, wildcards.classifier)[
            wildcards.block
        ],
        controls=config["experiment"]["controls"],
        validated=validated_controls(config),
        settings=lambda wildcards: control_settings(config, wildcards.classifier),
    script:
        "../scripts/run_controls.py"


rule diagnose_regime:
    """Diagnose by the theory whether imbalance matters and which size it advises, for one task and generator."""
    input:
        task=rules.build_task.output[0],
        code=lambda wildcards: fit_code(
            "benchmark.diagnosis", generator=wildcards.generator
        ),
    output:
        f"{RESULTS}/benchmark/blocks/{{task}}/diagnosis/{{generator}}.parquet",
    log:
        f"{LOGS}/diagnose_regime/{{task}}/{{generator}}.log",
    benchmark:
        f"{LOGS}/diagnose_regime/{{task}}/{{generator}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        versions=cell_versions,
        splits=diagnosed_splits(config),
        settings=lambda wildcards: diagnosis_settings(config, wildcards.generator),
    script:
        "../scripts/diagnose_regime.py"


rule collect_blocks:
    """Gather the jobs of one task into its sweep, vtss, controls, diagnosis and events tables."""
    input:
        **{
            table: blocks_of_task(rules.run_block.output[table], cells=CELLS)
            for table in ("sweep", "vtss", "events")
        },
        controls=blocks_of_task(
            rules.run_controls.output.controls, cells=[(name,) for name in CLASSIFIERS]
        ),
        validated=blocks_of_task(
            rules.run_controls.output.validated,
            cells=[(name,) for name in CLASSIFIERS],
        ),
        control_events=blocks_of_task(
            rules.run_controls.output.events, cells=[(name,) for name in CLASSIFIERS]
        ),
        # Standard errors need a second derivative, which the hinge and trees have not, and a hundred refits.
        diagnosis=lambda wildcards: kept(
            expand(
                rules.diagnose_regime.output[0],
                task=wildcards.task,
                generator=REFITTED if "logistic" in CLASSIFIERS else [],
            )
        ),
        code=code("contracts.results"),
    output:
        sweep=f"{RESULTS}/benchmark/{{task}}/sweep.parquet",
        vtss=f"{RESULTS}/benchmark/{{task}}/vtss.parquet",
        controls=f"{RESULTS}/benchmark/{{task}}/controls.parquet",
        validated=f"{RESULTS}/benchmark/{{task}}/validated.parquet",
        diagnosis=f"{RESULTS}/benchmark/{{task}}/diagnosis.parquet",
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
