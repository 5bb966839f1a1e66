# What the run is about to fit and about how long that takes, said before it starts. No rules here.

from synthsize.pipeline.plan import (
    describe_plan,
    planned_fits,
    planned_work,
    training_rows,
)


def fit_seconds(rows):
    """How long one fit of a classifier takes on so many rows; None where it cannot be told."""
    from synthsize.benchmark.probe import seconds_per_fit

    features = len(VARIABLES) * len(config["features"]["summaries"])
    if OWN_TABLES:
        features = max(table_size(path)[1] for path in OWN_TABLES.values())
    return lambda name: seconds_per_fit(name, LEARNERS[name], rows, features)


def lift_rate_limit():
    """Start local jobs without a limit per second.

    For the limit, every pass of Snakemake's scheduler asks for another one a second later, and every job that ends adds
    a pass: in a run of some hundred jobs the scheduler alone fills a core.
    """
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


onstart:
    lift_rate_limit()
    jobs = list(workflow.dag.needrun_jobs())
    fits = planned_fits(jobs)
    if fits:
        tables = [Path(RESULTS, "tasks", f"{task}.parquet") for task in TASKS]
        rows, rows_are = training_rows(config, tables)
        cores = workflow.cores if workflow.local_exec else None
        print(
            describe_plan(
                fits,
                fit_seconds(rows),
                work=planned_work(jobs, rows),
                cores=cores,
                rows=rows,
                rows_are=rows_are,
            ),
            flush=True,
        )
