# What the run is about to fit and about what that costs, said before it starts. No rules here.

from synthsize.pipeline.plan import (
    costs_of_draws,
    describe_impossible,
    describe_plan,
    planned,
    training_rows,
)
from synthsize.pipeline.planned_runs import describe_runs, planned_runs


def print_plan(jobs):
    """Print the fits of the jobs to run, with time and memory from a short trial on this machine."""
    tables = [Path(RESULTS, "tasks", f"{task}.parquet") for task in TASKS]
    rows, rows_are = training_rows(config, tables)
    found = planned(jobs, rows)
    if not found.fits:
        return
    from synthsize.benchmark.probe import draw_cost, fit_cost

    features = len(VARIABLES) * len(config["features"]["summaries"])
    if OWN_TABLES:
        features = max(table_size(path)[1] for path in OWN_TABLES.values())
    print(
        describe_plan(
            found,
            lambda name: fit_cost(name, LEARNERS[name], features),
            costs_of_draws(
                SAMPLERS, lambda name, entry: draw_cost(name, entry, features)
            ),
            cores=workflow.cores if workflow.local_exec else None,
            rows=rows,
            rows_are=rows_are,
        ),
        flush=True,
    )


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
    print_plan(jobs)
    runs = planned_runs(jobs, SAMPLERS)
    if IMPOSSIBLE:
        print(describe_impossible(impossible_cells(config)), flush=True)
    if runs:
        print(describe_runs(runs), flush=True)
