# Beside the benchmark, from its splits and choices: subgroups, and multiple imputation. Off unless asked for.

from synthsize.pipeline.cells import block_settings, imputed_splits, n_splits

SENSITIVITY = f"{RESULTS}/benchmark/sensitivity"


rule run_subgroups:
    """Count decisions and risks by sex, age band and stratum on all splits of one cell."""
    input:
        task=rules.build_task.output[0],
        admissions=[] if OWN_TABLES else rules.extract_admissions.output.admissions,
        vtss=chosen_sizes,
        recipes=chosen_recipes,
        code=lambda wildcards: fit_code(
            "benchmark.subgroups",
            classifier=wildcards.classifier,
            generator=wildcards.generator,
        )
        + [
            file
            for generator in (*GENERATORS, "bootstrap")
            if ON_REQUEST["recipes"]
            for file in generator_code(generator)
        ],
    output:
        subgroups=f"{SENSITIVITY}/subgroups/{{task}}/{{classifier}}/{{generator}}.parquet",
        events=f"{SENSITIVITY}/subgroup_events/{{task}}/{{classifier}}/{{generator}}.parquet",
    log:
        f"{LOGS}/run_subgroups/{{task}}/{{classifier}}/{{generator}}.log",
    benchmark:
        f"{LOGS}/run_subgroups/{{task}}/{{classifier}}/{{generator}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=fit_memory,
    params:
        versions=rival_versions if ON_REQUEST["recipes"] else cell_versions,
        dimensions=config["experiment"]["subgroups"],
        generators=SAMPLERS_MADE_FROM if ON_REQUEST["recipes"] else {},
        splits=lambda wildcards: list(
            range(n_splits(config, wildcards.classifier, wildcards.generator))
        ),
        settings=lambda wildcards: block_settings(
            config, wildcards.classifier, wildcards.generator
        ),
    script:
        "../scripts/run_subgroups.py"


rule summarise_subgroups:
    """Sensitivity, specificity and calibration of each subgroup, with intervals over the splits."""
    input:
        subgroups=of_all_cells(rules.run_subgroups.output.subgroups),
        code=code("statistics.subgroups", "contracts.subgroups", "contracts.summaries"),
    output:
        f"{RESULTS}/tables/subgroups.csv",
    log:
        f"{LOGS}/summarise_subgroups/summarise_subgroups.log",
    benchmark:
        f"{LOGS}/summarise_subgroups/summarise_subgroups.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=4000,
    params:
        alpha=config["reporting"]["alpha"],
    script:
        "../scripts/summarise_subgroups.py"


rule run_imputations:
    """Fit the sizes that matter on several completed data sets of each split of one cell."""
    input:
        task=rules.build_task.output[0],
        vtss=chosen_sizes,
        code=lambda wildcards: fit_code(
            "benchmark.imputations",
            classifier=wildcards.classifier,
            generator=wildcards.generator,
        ),
    output:
        fits=f"{SENSITIVITY}/imputations/{{task}}/{{classifier}}/{{generator}}.parquet",
        events=f"{SENSITIVITY}/imputation_events/{{task}}/{{classifier}}/{{generator}}.parquet",
    log:
        f"{LOGS}/run_imputations/{{task}}/{{classifier}}/{{generator}}.log",
    benchmark:
        f"{LOGS}/run_imputations/{{task}}/{{classifier}}/{{generator}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=fit_memory,
    params:
        versions=cell_versions,
        imputations=config["experiment"]["multiple_imputation"]["imputations"],
        splits=lambda wildcards: imputed_splits(
            config, wildcards.classifier, wildcards.generator
        ),
        settings=lambda wildcards: block_settings(
            config, wildcards.classifier, wildcards.generator
        ),
    script:
        "../scripts/run_imputations.py"


rule compare_imputations:
    """Compare the risks with multiple imputation with those of the run."""
    input:
        fits=of_all_cells(rules.run_imputations.output.fits),
        sweep=expand(rules.collect_blocks.output.sweep, task=REPORTED),
        vtss=expand(rules.collect_blocks.output.vtss, task=REPORTED),
        code=code(
            "statistics.imputation_differences",
            "contracts.imputations",
            "contracts.summaries",
        ),
    output:
        f"{RESULTS}/tables/imputations.csv",
    log:
        f"{LOGS}/compare_imputations/compare_imputations.log",
    benchmark:
        f"{LOGS}/compare_imputations/compare_imputations.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        alpha=config["reporting"]["alpha"],
    script:
        "../scripts/compare_imputations.py"
