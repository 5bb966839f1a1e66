# Canonical tables -> one analysis table per task, and the tables that describe the cohort.

from synthsize.catalogue import variables
from synthsize.pipeline.config import least_positives


rule bin_measurements:
    """Average the measurements within bins of 6 (vitals) and 24 hours (labs)."""
    input:
        measurements=rules.extract_measurements.output.measurements,
        code=code("tasks.binning"),
    output:
        f"{RESULTS}/tasks/bins.parquet",
    log:
        f"{LOGS}/bin_measurements/bin_measurements.log",
    benchmark:
        f"{LOGS}/bin_measurements/bin_measurements.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        **cohort("window_hours", "bin_hours"),
        kinds={name: entry.kind for name, entry in variables.entries().items()},
    script:
        "../scripts/bin_measurements.py"


rule build_features:
    """Summarise each admission's bins into features; missing stays missing."""
    input:
        bins=rules.bin_measurements.output[0],
        admissions=rules.extract_admissions.output.admissions,
        code=code("tasks.features"),
    output:
        f"{RESULTS}/tasks/features.parquet",
    log:
        f"{LOGS}/build_features/build_features.log",
    benchmark:
        f"{LOGS}/build_features/build_features.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=4000,
    params:
        **cohort("window_hours", "bin_hours"),
        variables=VARIABLES,
        summaries=config["features"]["summaries"],
    script:
        "../scripts/build_features.py"


if not OWN_TABLES:

    rule build_task:
        """Join features and labels into the analysis table of one task."""
        input:
            features=rules.build_features.output[0],
            admissions=rules.extract_admissions.output.admissions,
            diagnoses=CODES,
            code=code("tasks.labels"),
        output:
            f"{RESULTS}/tasks/{{task}}.parquet",
        log:
            f"{LOGS}/build_task/{{task}}.log",
        benchmark:
            f"{LOGS}/build_task/{{task}}.tsv"
        conda:
            "../envs/synthsize.yaml"
        resources:
            mem_mb=2000,
        params:
            definition=lambda wildcards: {
                key: config["tasks"][wildcards.task].get(key)
                for key in ("outcome", "icd9", "icd10")
            },
            fewest=least_positives(config),
            unit=config["protocol"]["group_by"],
        script:
            "../scripts/build_task.py"


rule describe_cohort:
    """Table 1, attrition, missingness and coverage by charting system."""
    input:
        tasks=expand(f"{RESULTS}/tasks/{{task}}.parquet", task=REPORTED),
        bins=rules.bin_measurements.output[0],
        features=rules.build_features.output[0],
        admissions=rules.extract_admissions.output.admissions,
        steps=rules.extract_admissions.output.steps,
        code=code(
            *(
                "tasks.attrition",
                "tasks.coverage",
                "tasks.missingness",
                "tasks.table1",
            ),
            "contracts.summaries",
            data=WORDS_OF_VARIABLES,
        ),
    output:
        table1=f"{RESULTS}/tables/table1.csv",
        attrition=f"{RESULTS}/tables/attrition.csv",
        missingness=f"{RESULTS}/tables/missingness.csv",
        coverage=f"{RESULTS}/tables/coverage.csv",
    log:
        f"{LOGS}/describe_cohort/describe_cohort.log",
    benchmark:
        f"{LOGS}/describe_cohort/describe_cohort.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=4000,
    params:
        **cohort("window_hours", "bin_hours"),
        labels=TASK_LABELS,
    script:
        "../scripts/describe_cohort.py"
