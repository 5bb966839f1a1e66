# Learners beside each other: on the same test rows, each with each recipe. Only where a run has more than one.

from synthsize.pipeline.cells import validation_effort


rule compare_learners:
    """Compare the learners with each other, and trees or kernels on raw data with oversampled linear models."""
    input:
        sweep=expand(rules.collect_blocks.output.sweep, task=REPORTED),
        vtss=expand(rules.collect_blocks.output.vtss, task=REPORTED),
        controls=expand(rules.collect_blocks.output.controls, task=REPORTED),
        chosen=(
            expand(rules.choose_recipes.output.choices, task=REPORTED)
            if ON_REQUEST["recipes"]
            else []
        ),
        code=code(
            "statistics.learner_comparison",
            "statistics.learner_answers",
            "statistics.learner_effort",
            "contracts.summaries",
            data=WORDS_OF_METRICS,
        ),
    output:
        learner_differences=f"{RESULTS}/tables/learner_differences.csv",
        learner_answers=f"{RESULTS}/tables/learner_answers.csv",
        learner_effort=f"{RESULTS}/tables/learner_effort.csv",
    log:
        f"{LOGS}/compare_learners/compare_learners.log",
    benchmark:
        f"{LOGS}/compare_learners/compare_learners.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        scores={name: LEARNERS[name]["score"] for name in DRAWN},
        linear=[name for name in DRAWN if NAMES.is_linear(name)],
        generators=GENERATORS,
        validation=validation_effort(config),
        alpha=config["reporting"]["alpha"],
    script:
        "../scripts/compare_learners.py"
