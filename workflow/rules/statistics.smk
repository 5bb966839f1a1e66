# Result rows -> tables of means, intervals, paired differences, regret and chosen sizes.


rule summarise_results:
    """Means and intervals over the splits: the curves, what VTSS and the controls reached, the diagnosis."""
    input:
        sweep=expand(rules.collect_blocks.output.sweep, task=REPORTED),
        vtss=expand(rules.collect_blocks.output.vtss, task=REPORTED),
        controls=expand(rules.collect_blocks.output.controls, task=REPORTED),
        diagnosis=expand(rules.collect_blocks.output.diagnosis, task=REPORTED),
        code=code(
            "statistics.summary",
            "statistics.control_summary",
            *("statistics.diagnosis_summary", "contracts.summaries"),
            data=WORDS_OF_METRICS,
        ),
    output:
        curves=f"{RESULTS}/tables/curves.csv",
        vtss=f"{RESULTS}/tables/vtss.csv",
        controls=f"{RESULTS}/tables/controls.csv",
        diagnosis=f"{RESULTS}/tables/diagnosis.csv",
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


rule compare_sizes:
    """Differences within a split, bands over all sizes at once, regret of VTSS, and the sizes that it chose."""
    input:
        sweep=expand(rules.collect_blocks.output.sweep, task=REPORTED),
        vtss=expand(rules.collect_blocks.output.vtss, task=REPORTED),
        controls=expand(rules.collect_blocks.output.controls, task=REPORTED),
        code=code(
            *("statistics.comparisons", "statistics.bands"),
            *("statistics.regret", "statistics.choices", "statistics.verdicts"),
            *("statistics.answers", "contracts.summaries"),
            data=WORDS_OF_METRICS,
        ),
    output:
        paired=f"{RESULTS}/tables/paired.csv",
        bands=f"{RESULTS}/tables/bands.csv",
        regret=f"{RESULTS}/tables/regret.csv",
        choices=f"{RESULTS}/tables/choices.csv",
        verdicts=f"{RESULTS}/tables/verdicts.csv",
        answers=f"{RESULTS}/tables/answers.csv",
    log:
        f"{LOGS}/compare_sizes/compare_sizes.log",
    benchmark:
        f"{LOGS}/compare_sizes/compare_sizes.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        rope=config["reporting"]["rope"],
        alpha=config["reporting"]["alpha"],
        seed=config["experiment"]["seed"],
        generators=list(config["experiment"]["generators"]),
    script:
        "../scripts/compare_sizes.py"


rule summarise_validation:
    """Average the validation curves of VTSS over the splits."""
    input:
        sweep=expand(rules.collect_blocks.output.sweep, task=REPORTED),
        vtss=expand(rules.collect_blocks.output.vtss, task=REPORTED),
        code=code(
            *("statistics.validation_summary", "contracts.summaries"),
            data=WORDS_OF_METRICS,
        ),
    output:
        f"{RESULTS}/tables/validation.csv",
    log:
        f"{LOGS}/summarise_validation/summarise_validation.log",
    benchmark:
        f"{LOGS}/summarise_validation/summarise_validation.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    script:
        "../scripts/summarise_validation.py"
