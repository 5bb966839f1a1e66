# Tables of the user's own -> one analysis table per task, and a description of them. Such a run extracts nothing: the
# rules of extraction and cohort are defined, but no target depends on them.

from synthsize.pipeline.config import least_positives


localrules:
    describe_tables,


if OWN_TABLES:

    # Of the same name as the rule that joins features and labels: to all that follows it is the same table.
    rule build_task:
        """Take a table of the user's own as the analysis table of one task."""
        input:
            table=lambda wildcards: OWN_TABLES[wildcards.task],
            code=code("tasks.own_table", "contracts.summaries"),
        output:
            f"{RESULTS}/tasks/{{task}}.parquet",
            facts=f"{RESULTS}/tasks/{{task}}.facts.csv",
        log:
            f"{LOGS}/build_task/{{task}}.log",
        benchmark:
            f"{LOGS}/build_task/{{task}}.tsv"
        conda:
            "../envs/synthsize.yaml"
        resources:
            mem_mb=4000,
        params:
            columns=lambda wildcards: {
                key: config["tasks"][wildcards.task].get(key)
                for key in ("label", "group", "stratum", "leave_out")
            },
            fewest=least_positives(config),
            unit=config["protocol"]["group_by"],
        script:
            "../scripts/take_table.py"


rule describe_tables:
    """Describe the tables of the tasks: files, columns, rows, and the sizes of the classes."""
    input:
        tables=[OWN_TABLES[task] for task in REPORTED if OWN_TABLES],
        facts=expand(f"{RESULTS}/tasks/{{task}}.facts.csv", task=REPORTED),
        tasks=expand(f"{RESULTS}/tasks/{{task}}.parquet", task=REPORTED),
        code=code("tasks.table1", "contracts.summaries"),
    output:
        own_tables=f"{RESULTS}/tables/own_tables.csv",
        files=f"{RESULTS}/tables/own_files.csv",
        table1=f"{RESULTS}/tables/own_table1.csv",
    log:
        f"{LOGS}/describe_tables/describe_tables.log",
    benchmark:
        f"{LOGS}/describe_tables/describe_tables.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=2000,
    params:
        labels=TASK_LABELS,
    script:
        "../scripts/describe_tables.py"
