# Transport: the benchmark again, trained on some strata and tested on another, set beside the random splits.
# Nothing here runs unless experiment.transport.run is true.

from synthsize.pipeline.cells import (
    block_settings,
    control_settings,
    split_blocks,
    transport_settings,
)
from synthsize.pipeline.config import least_positives

TRANSPORT = f"{RESULTS}/transport"


rule hold_out_strata:
    """Assign the splits of one task to the strata that can be held out."""
    input:
        task=rules.build_task.output[0],
        code=code("benchmark.transport_block", "contracts.transport"),
    output:
        f"{TRANSPORT}/strata/{{task}}.parquet",
    log:
        f"{LOGS}/hold_out_strata/{{task}}.log",
    benchmark:
        f"{LOGS}/hold_out_strata/{{task}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        settings={
            **control_settings(config, CLASSIFIERS[0]),
            **transport_settings(config, least_positives(config)),
        },
    script:
        "../scripts/hold_out_strata.py"


rule run_transport_block:
    """Fit and score one block of splits by stratum for one task, classifier and generator."""
    input:
        task=rules.build_task.output[0],
        code=lambda wildcards: fit_code(
            "benchmark.transport_block",
            classifier=wildcards.classifier,
            generator=wildcards.generator,
        ),
    output:
        sweep=f"{TRANSPORT}/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.sweep.parquet",
        vtss=f"{TRANSPORT}/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.vtss.parquet",
        events=f"{TRANSPORT}/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.events.parquet",
    log:
        f"{LOGS}/run_transport_block/{{task}}/{{classifier}}/{{generator}}/{{block}}.log",
    benchmark:
        f"{LOGS}/run_transport_block/{{task}}/{{classifier}}/{{generator}}/{{block}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=fit_memory,
    params:
        versions=cell_versions,
        splits=lambda wildcards: split_blocks(
            config, wildcards.classifier, wildcards.generator
        )[wildcards.block],
        settings=lambda wildcards: {
            **block_settings(config, wildcards.classifier, wildcards.generator),
            **transport_settings(config, least_positives(config)),
        },
    script:
        "../scripts/run_transport_block.py"


rule run_transport_controls:
    """Fit and score the controls on one block of splits by stratum for one task and classifier."""
    input:
        task=rules.build_task.output[0],
        code=lambda wildcards: fit_code(
            "benchmark.transport_block",
            *(f"balance.controls.{name}" for name in config["experiment"]["controls"]),
            "balance.generators.bootstrap",
            classifier=wildcards.classifier,
        ),
    output:
        controls=f"{TRANSPORT}/blocks/{{task}}/{{classifier}}/controls/{{block}}.controls.parquet",
        events=f"{TRANSPORT}/blocks/{{task}}/{{classifier}}/controls/{{block}}.events.parquet",
    log:
        f"{LOGS}/run_transport_controls/{{task}}/{{classifier}}/{{block}}.log",
    benchmark:
        f"{LOGS}/run_transport_controls/{{task}}/{{classifier}}/{{block}}.tsv"
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
        settings=lambda wildcards: {
            **control_settings(config, wildcards.classifier),
            **transport_settings(config, least_positives(config)),
        },
    script:
        "../scripts/run_transport_controls.py"


rule collect_transport:
    """Gather the jobs of the splits by stratum into their sweep, vtss, controls and events tables."""
    input:
        **{
            table: blocks_of_run(
                rules.run_transport_block.output[table], f"{TRANSPORT}/blocks"
            )
            for table in ("sweep", "vtss", "events")
        },
        **{
            name: blocks_of_run(
                rules.run_transport_controls.output[table],
                f"{TRANSPORT}/blocks",
                [(classifier,) for classifier in CLASSIFIERS],
            )
            for name, table in {
                "controls": "controls",
                "control_events": "events",
            }.items()
        },
        code=code("contracts.results"),
    output:
        sweep=f"{TRANSPORT}/sweep.parquet",
        vtss=f"{TRANSPORT}/vtss.parquet",
        controls=f"{TRANSPORT}/controls.parquet",
        events=f"{TRANSPORT}/events.parquet",
    log:
        f"{LOGS}/collect_transport/collect_transport.log",
    benchmark:
        f"{LOGS}/collect_transport/collect_transport.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    script:
        "../scripts/collect_transport.py"


rule compare_transport:
    """Compare the results on strata that were not trained on with those of the random splits."""
    input:
        random_sweep=expand(rules.collect_blocks.output.sweep, task=REPORTED),
        random_vtss=expand(rules.collect_blocks.output.vtss, task=REPORTED),
        random_controls=expand(rules.collect_blocks.output.controls, task=REPORTED),
        sweep=rules.collect_transport.output.sweep,
        vtss=rules.collect_transport.output.vtss,
        controls=rules.collect_transport.output.controls,
        strata=expand(rules.hold_out_strata.output[0], task=REPORTED),
        code=code("statistics.transport", "contracts.summaries", "contracts.transport"),
    output:
        transport=f"{RESULTS}/tables/transport.csv",
        strata=f"{RESULTS}/tables/transport_strata.csv",
    log:
        f"{LOGS}/compare_transport/compare_transport.log",
    benchmark:
        f"{LOGS}/compare_transport/compare_transport.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=4000,
    params:
        test_size=config["experiment"]["test_size"],
        alpha=config["reporting"]["alpha"],
    script:
        "../scripts/compare_transport.py"
