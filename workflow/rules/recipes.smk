# The recipe to use for each task and classifier, chosen among all of them by validation and judged on test rows.
# Nothing here runs unless experiment.recipes.choose is true.


rule choose_recipes:
    """Choose among raw data, shifted prior, weights and every generator in each split, and recommend one recipe."""
    input:
        sweep=expand(rules.collect_blocks.output.sweep, task=REPORTED),
        vtss=expand(rules.collect_blocks.output.vtss, task=REPORTED),
        controls=expand(rules.collect_blocks.output.controls, task=REPORTED),
        validated=expand(rules.collect_blocks.output.validated, task=REPORTED),
        code=code(
            "statistics.joint_choice", "contracts.summaries", data=WORDS_OF_METRICS
        ),
    output:
        recommendations=f"{RESULTS}/tables/recommendations.csv",
        recipes=f"{RESULTS}/tables/recipes.csv",
        choices=f"{RESULTS}/benchmark/recipes.parquet",
    log:
        f"{LOGS}/choose_recipes/choose_recipes.log",
    benchmark:
        f"{LOGS}/choose_recipes/choose_recipes.tsv"
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
        "../scripts/choose_recipes.py"
