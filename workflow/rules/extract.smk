# Raw EHR extract -> canonical tables. The only rules that read the raw files.
#
# They take the preflight as an input like any other: where it runs again, because a raw file or source.accept_row_counts
# changed, so do they.

COHORT_RULES = [
    "min_age",
    "admissions",
    "landmark",
    "window_hours",
    "exclude_organ_donors",
    "exclude_negative_stays",
    "icu_stays_only",
]


# A table may be absent, and the preflight then names the variables that go with it; elsewhere concepts do not concern it.
MAY_LACK = any(
    SOURCE.tables[name].optional for name in SOURCE.tables_read_by("measurements")
)


rule check_source:
    """Check the raw files within seconds: present, readable, right columns, which release."""
    input:
        raw=raw_tables(),
        source=DESCRIPTION,
        concepts=str(CONCEPTS) if MAY_LACK else [],
        code=code("extract.preflight", "contracts.source_tables", data=shared_sql()),
    output:
        f"{RESULTS}/extract/preflight.csv",
    log:
        f"{LOGS}/check_source/check_source.log",
    benchmark:
        f"{LOGS}/check_source/check_source.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1000,
    params:
        location=location,
        accept_row_counts=config["source"]["accept_row_counts"],
        concepts=config["source"]["concepts"] if MAY_LACK else None,
    script:
        "../scripts/check_source.py"


rule extract_admissions:
    """Choose the adult cohort, counting every step."""
    input:
        preflight=rules.check_source.output[0],
        source=DESCRIPTION,
        raw=raw_tables(*SOURCE.tables_read_by("admissions")),
        sql=sql_of("admissions"),
        code=code("extract.admissions", data=shared_sql("cohort.sql")),
    output:
        admissions=f"{RESULTS}/extract/admissions.parquet",
        steps=f"{RESULTS}/extract/cohort_steps.csv",
    log:
        f"{LOGS}/extract_admissions/extract_admissions.log",
    benchmark:
        f"{LOGS}/extract_admissions/extract_admissions.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        location=location,
        cohort=cohort(*COHORT_RULES),
    script:
        "../scripts/extract_admissions.py"


if SOURCE.has_diagnoses:

    rule extract_diagnoses:
        """Take the cohort's diagnosis codes."""
        input:
            preflight=rules.check_source.output[0],
            source=DESCRIPTION,
            admissions=rules.extract_admissions.output.admissions,
            raw=raw_tables(*SOURCE.tables_read_by("diagnoses")),
            sql=sql_of("diagnoses"),
            code=code("extract.diagnoses", data=shared_sql("codes.sql")),
        output:
            f"{RESULTS}/extract/diagnoses.parquet",
        log:
            f"{LOGS}/extract_diagnoses/extract_diagnoses.log",
        benchmark:
            f"{LOGS}/extract_diagnoses/extract_diagnoses.tsv"
        conda:
            "../envs/synthsize.yaml"
        resources:
            mem_mb=1500,
        params:
            location=location,
        script:
            "../scripts/extract_diagnoses.py"


# A source without codes answers the tasks that have an outcome.
CODES = rules.extract_diagnoses.output[0] if SOURCE.has_diagnoses else []


rule extract_measurements:
    """Scan the event tables once; keep the variables of the concept set, count what is removed."""
    input:
        preflight=rules.check_source.output[0],
        source=DESCRIPTION,
        admissions=rules.extract_admissions.output.admissions,
        raw=raw_tables(*SOURCE.tables_read_by("measurements")),
        sql=sql_of("measurements"),
        concepts=str(CONCEPTS),
        code=code(
            "extract.measurements",
            data=[*shared_sql("classify.sql"), "extract/definition/units.csv"],
        ),
    output:
        measurements=f"{RESULTS}/extract/measurements.parquet",
        audit=f"{RESULTS}/extract/audit.csv",
    log:
        f"{LOGS}/extract_measurements/extract_measurements.log",
    benchmark:
        f"{LOGS}/extract_measurements/extract_measurements.tsv"
    conda:
        "../envs/synthsize.yaml"
    threads: 4
    resources:
        mem_mb=2000,
    params:
        location=location,
        concepts=config["source"]["concepts"],
        window_hours=config["cohort"]["window_hours"],
        pre_admission_hours=config["cohort"]["pre_admission_hours"],
    script:
        "../scripts/extract_measurements.py"


rule compare_release:
    """Compare a known release's published totals with this extract; stop at tables of two releases."""
    input:
        audit=rules.extract_measurements.output.audit,
        raw=raw_tables(*SOURCE.tables_read_by("release")),
        source=DESCRIPTION,
        published=[
            str(path)
            for path in (
                SOURCE.folder / "release_checks.sql",
                SOURCE.folder / "published.csv",
            )
            if path.is_file()
        ],
        code=code("extract.release", data=shared_sql()),
    output:
        f"{RESULTS}/tables/expected.csv",
    log:
        f"{LOGS}/compare_release/compare_release.log",
    benchmark:
        f"{LOGS}/compare_release/compare_release.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        location=location,
        accept_row_counts=config["source"]["accept_row_counts"],
    script:
        "../scripts/compare_release.py"
