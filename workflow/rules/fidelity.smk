# Beside the benchmark, from its splits: how near the synthetic rows are to real ones.

from synthsize.pipeline.cells import diagnosis_settings, measured_splits


rule measure_fidelity:
    """Compare margins, correlations and distances of one generator's rows with those of real ones, for one task."""
    input:
        task=rules.build_task.output[0],
        code=lambda wildcards: fit_code(
            "benchmark.fidelity", generator=wildcards.generator
        ),
    output:
        measured=f"{RESULTS}/benchmark/blocks/{{task}}/fidelity/{{generator}}/measured.parquet",
        events=f"{RESULTS}/benchmark/blocks/{{task}}/fidelity/{{generator}}/events.parquet",
    log:
        f"{LOGS}/measure_fidelity/{{task}}/{{generator}}.log",
    benchmark:
        f"{LOGS}/measure_fidelity/{{task}}/{{generator}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        versions=cell_versions,
        splits=lambda wildcards: measured_splits(config, wildcards.generator),
        settings=lambda wildcards: diagnosis_settings(config, wildcards.generator),
    script:
        "../scripts/measure_fidelity.py"


rule summarise_fidelity:
    """Average the fidelity of the synthetic rows over the splits."""
    input:
        measured=of_generators(rules.measure_fidelity.output.measured),
        code=code(
            "statistics.fidelity_summary", "contracts.fidelity", "contracts.summaries"
        ),
    output:
        f"{RESULTS}/tables/fidelity.csv",
    log:
        f"{LOGS}/summarise_fidelity/summarise_fidelity.log",
    benchmark:
        f"{LOGS}/summarise_fidelity/summarise_fidelity.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1000,
    script:
        "../scripts/summarise_fidelity.py"
