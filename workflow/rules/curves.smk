# Beside the benchmark: the same fits to fewer training rows, and what decisions are worth at threshold probabilities.
# Nothing here runs without learning_curve.positives or net_benefit.run.

from synthsize.pipeline.cells import rival_generators, split_blocks
from synthsize.pipeline.curves import (
    curve_blocks,
    curve_controls,
    curve_settings,
    decision_settings,
    thresholds,
)

CURVE = f"{RESULTS}/learning_curve"
DECIDED = f"{RESULTS}/net_benefit"


rule run_curve_block:
    """Fit and score parts of the training rows of one block of outer splits for one task, classifier and generator."""
    input:
        task=rules.build_task.output[0],
        code=lambda wildcards: fit_code(
            "benchmark.learning_curve",
            classifier=wildcards.classifier,
            generator=wildcards.generator,
        ),
    output:
        sweep=f"{CURVE}/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.sweep.parquet",
        vtss=f"{CURVE}/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.vtss.parquet",
        events=f"{CURVE}/blocks/{{task}}/{{classifier}}/{{generator}}/{{block}}.events.parquet",
    log:
        f"{LOGS}/run_curve_block/{{task}}/{{classifier}}/{{generator}}/{{block}}.log",
    benchmark:
        f"{LOGS}/run_curve_block/{{task}}/{{classifier}}/{{generator}}/{{block}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=fit_memory,
    params:
        versions=cell_versions,
        positives=config["learning_curve"]["positives"],
        splits=lambda wildcards: curve_blocks(
            config, wildcards.classifier, wildcards.generator
        )[wildcards.block],
        settings=lambda wildcards: curve_settings(
            config, wildcards.classifier, wildcards.generator
        ),
    script:
        "../scripts/run_curve_block.py"


rule run_curve_controls:
    """Fit the controls to the same parts of the training rows, for one task and classifier."""
    input:
        task=rules.build_task.output[0],
        code=lambda wildcards: fit_code(
            "benchmark.learning_curve",
            *(f"balance.controls.{name}" for name in curve_controls(config)),
            "balance.generators.bootstrap",
            classifier=wildcards.classifier,
        ),
    output:
        controls=f"{CURVE}/blocks/{{task}}/{{classifier}}/controls/{{block}}.controls.parquet",
        events=f"{CURVE}/blocks/{{task}}/{{classifier}}/controls/{{block}}.events.parquet",
    log:
        f"{LOGS}/run_curve_controls/{{task}}/{{classifier}}/{{block}}.log",
    benchmark:
        f"{LOGS}/run_curve_controls/{{task}}/{{classifier}}/{{block}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=fit_memory,
    params:
        versions=cell_versions,
        positives=config["learning_curve"]["positives"],
        splits=lambda wildcards: curve_blocks(config, wildcards.classifier)[
            wildcards.block
        ],
        controls=curve_controls(config),
        settings=lambda wildcards: curve_settings(config, wildcards.classifier),
    script:
        "../scripts/run_curve_controls.py"


rule collect_learning_curve:
    """Gather the jobs of the learning curve into its sweep, vtss, controls and events tables."""
    input:
        **{
            table: kept(
                (
                    path.format(task=task)
                    for task in REPORTED
                    for path in curve_paths(rules.run_curve_block.output[table], CELLS)
                ),
                f"{CURVE}/blocks",
            )
            for table in ("sweep", "vtss", "events")
        },
        **{
            name: kept(
                (
                    path.format(task=task)
                    for task in REPORTED
                    for path in curve_paths(
                        rules.run_curve_controls.output[table],
                        [(classifier,) for classifier in CLASSIFIERS],
                    )
                ),
                f"{CURVE}/blocks",
            )
            for name, table in (("controls", "controls"), ("control_events", "events"))
        },
        code=code("contracts.curves"),
    output:
        sweep=f"{CURVE}/sweep.parquet",
        vtss=f"{CURVE}/vtss.parquet",
        controls=f"{CURVE}/controls.parquet",
        events=f"{CURVE}/events.parquet",
    log:
        f"{LOGS}/collect_learning_curve/collect_learning_curve.log",
    benchmark:
        f"{LOGS}/collect_learning_curve/collect_learning_curve.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    script:
        "../scripts/collect_learning_curve.py"


rule summarise_learning_curve:
    """Compare each generator with what needs no rows, at every number of minority training rows."""
    input:
        **{
            f"curve_{name}": rules.collect_learning_curve.output[name]
            for name in ("sweep", "vtss", "controls")
        },
        sweep=expand(rules.collect_blocks.output.sweep, task=REPORTED),
        vtss=expand(rules.collect_blocks.output.vtss, task=REPORTED),
        controls=expand(rules.collect_blocks.output.controls, task=REPORTED),
        code=code(
            *("statistics.learning_curve", "contracts.summaries"),
            data=WORDS_OF_METRICS,
        ),
    output:
        f"{RESULTS}/tables/learning_curve.csv",
    log:
        f"{LOGS}/summarise_learning_curve/summarise_learning_curve.log",
    benchmark:
        f"{LOGS}/summarise_learning_curve/summarise_learning_curve.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        positives=config["learning_curve"]["positives"],
        splits=config["learning_curve"]["splits"],
        alpha=config["reporting"]["alpha"],
    script:
        "../scripts/summarise_learning_curve.py"


rule run_decisions:
    """Count decisions of each recipe on one block of outer splits for one task and classifier."""
    input:
        task=rules.build_task.output[0],
        recipes=chosen_recipes,
        vtss=[] if ON_REQUEST["recipes"] else rules.collect_blocks.output.vtss,
        controls=rules.collect_blocks.output.controls,
        code=lambda wildcards: fit_code(
            "benchmark.net_benefit", classifier=wildcards.classifier
        )
        + [
            file
            for generator in (*GENERATORS, "bootstrap")
            for file in generator_code(generator)
        ],
    output:
        decisions=f"{DECIDED}/blocks/{{task}}/{{classifier}}/{{block}}.decisions.parquet",
        events=f"{DECIDED}/blocks/{{task}}/{{classifier}}/{{block}}.events.parquet",
    log:
        f"{LOGS}/run_decisions/{{task}}/{{classifier}}/{{block}}.log",
    benchmark:
        f"{LOGS}/run_decisions/{{task}}/{{classifier}}/{{block}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=fit_memory,
    params:
        versions=rival_versions,
        splits=lambda wildcards: split_blocks(config, wildcards.classifier)[
            wildcards.block
        ],
        thresholds=thresholds(config),
        generators=SAMPLERS_MADE_FROM,
        rivals=lambda wildcards: rival_generators(config)[wildcards.classifier],
        settings=lambda wildcards: decision_settings(config, wildcards.classifier),
    script:
        "../scripts/run_decisions.py"


rule summarise_net_benefit:
    """Average net benefit over the splits, and compare it with the raw fit."""
    input:
        decisions=kept(
            (
                path.format(task=task)
                for task in REPORTED
                for path in cell_paths(
                    rules.run_decisions.output.decisions,
                    [(classifier,) for classifier in DRAWN],
                )
            ),
            f"{DECIDED}/blocks",
        ),
        code=code("statistics.net_benefit", "contracts.summaries"),
    output:
        f"{RESULTS}/tables/net_benefit.csv",
    log:
        f"{LOGS}/summarise_net_benefit/summarise_net_benefit.log",
    benchmark:
        f"{LOGS}/summarise_net_benefit/summarise_net_benefit.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        alpha=config["reporting"]["alpha"],
    script:
        "../scripts/summarise_net_benefit.py"
