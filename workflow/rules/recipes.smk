# What choosing among all recipes reaches for each task and classifier: chosen by validation, judged on test rows.
# Nothing here runs unless experiment.recipes.choose is true.

from synthsize.pipeline.cells import (
    block_settings,
    control_settings,
    rival_generators,
    split_blocks,
    validated_controls,
)

PENALISED = f"{RESULTS}/penalties/{{penalty}}/{{task}}/{{classifier}}"


use rule run_block as run_penalised_block with:
    output:
        sweep=f"{PENALISED}/{{generator}}/{{block}}.sweep.parquet",
        vtss=f"{PENALISED}/{{generator}}/{{block}}.vtss.parquet",
        events=f"{PENALISED}/{{generator}}/{{block}}.events.parquet",
    log:
        f"{LOGS}/run_penalised_block/{{penalty}}/{{task}}/{{classifier}}/{{generator}}/{{block}}.log",
    benchmark:
        f"{LOGS}/run_penalised_block/{{penalty}}/{{task}}/{{classifier}}/{{generator}}/{{block}}.tsv"
    params:
        versions=cell_versions,
        splits=lambda wildcards: split_blocks(
            config, wildcards.classifier, wildcards.generator
        )[wildcards.block],
        settings=lambda wildcards: block_settings(
            PENALTIES[wildcards.penalty].config,
            wildcards.classifier,
            wildcards.generator,
        ),


use rule run_controls as run_penalised_controls with:
    output:
        controls=f"{PENALISED}/controls/{{block}}.controls.parquet",
        validated=f"{PENALISED}/controls/{{block}}.validated.parquet",
        events=f"{PENALISED}/controls/{{block}}.events.parquet",
    log:
        f"{LOGS}/run_penalised_controls/{{penalty}}/{{task}}/{{classifier}}/{{block}}.log",
    benchmark:
        f"{LOGS}/run_penalised_controls/{{penalty}}/{{task}}/{{classifier}}/{{block}}.tsv"
    params:
        versions=cell_versions,
        splits=lambda wildcards: split_blocks(config, wildcards.classifier)[
            wildcards.block
        ],
        controls=validated_controls(config),
        validated=validated_controls(config),
        settings=lambda wildcards: control_settings(
            PENALTIES[wildcards.penalty].config, wildcards.classifier
        ),


rule choose_recipes:
    """Choose among raw data, shifted prior, weights and every generator in each split of a task."""
    input:
        **penalised_results(),
        sweep=rules.collect_blocks.output.sweep,
        vtss=rules.collect_blocks.output.vtss,
        controls=rules.collect_blocks.output.controls,
        validated=rules.collect_blocks.output.validated,
        code=code("statistics.joint_choice"),
    output:
        candidates=f"{RESULTS}/benchmark/{{task}}/candidates.parquet",
        choices=f"{RESULTS}/benchmark/{{task}}/recipes.parquet",
        events=f"{RESULTS}/benchmark/{{task}}/penalty_events.parquet",  # of the fits with other penalties
    log:
        f"{LOGS}/choose_recipes/{{task}}.log",
    benchmark:
        f"{LOGS}/choose_recipes/{{task}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        generators=rival_generators(config),
        penalties=[penalty.C for penalty in PENALTIES.values()],
    script:
        "../scripts/choose_recipes.py"


rule recommend_recipes:
    """Tabulate what choosing among all recipes reaches in each task and classifier, beside each method."""
    input:
        candidates=expand(rules.choose_recipes.output.candidates, task=REPORTED),
        code=code(
            "statistics.joint_choice", "contracts.summaries", data=WORDS_OF_METRICS
        ),
    output:
        recommendations=f"{RESULTS}/tables/recommendations.csv",
        recipes=f"{RESULTS}/tables/recipes.csv",
    log:
        f"{LOGS}/recommend_recipes/recommend_recipes.log",
    benchmark:
        f"{LOGS}/recommend_recipes/recommend_recipes.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        generators=rival_generators(config),
        rope=config["reporting"]["rope"],
        alpha=config["reporting"]["alpha"],
        seed=config["experiment"]["seed"],
    script:
        "../scripts/recommend_recipes.py"
