# The plan: what the run is about to fit and about what that costs, printed before it starts and by a dry run. No rules
# here.

import atexit
from contextlib import chdir, suppress

from synthsize.errors import InputError
from synthsize.pipeline.cells import impossible_cells, multipliers
from synthsize.pipeline.external import CLASSES, longest_seconds
from synthsize.pipeline.fit_dependencies import fit_versions
from synthsize.pipeline.job import DRAWN as DRAWN_ROWS
from synthsize.pipeline.known_costs import KnownCosts
from synthsize.pipeline.plan import (
    describe_impossible,
    describe_plan,
    most_admissions,
    training_columns,
    training_rows,
)
from synthsize.pipeline.planned_work import planned
from synthsize.scratch import forget_failures


def print_plan(jobs):
    """Print the fits and draws of the jobs to run, with time and memory from short trials on this machine."""
    tables = [Path(RESULTS, "tasks", f"{task}.parquet") for task in TASKS]
    try:
        rows, rows_are = training_rows(
            config,
            tables,
            SOURCE.expected_admissions,
            None if SIMULATED else most_admissions(SOURCE, RAW_TABLES),
        )
    except InputError as error:
        print(f"synthsize: nothing can be planned: {error}", flush=True)
        return
    found = planned(
        jobs, rows, SAMPLERS, rows_kept=config["output"]["kept_rows_gb"] > 0
    )
    if not (found.fits or found.draws):
        return
    features = training_columns(config, len(VARIABLES))
    if not features:
        print(
            "synthsize: nothing can be planned: the extract holds no table with a variable of concept set "
            f"{config['source']['concepts']!r}, so the run will stop at extract_measurements",
            flush=True,
        )
        return
    largest = max(max(multipliers(config, *cell)) for cell in CELLS)
    known = KnownCosts(Path(".snakemake", "costs.json"))
    failed = []  # sentences on what cannot even be tried
    fitted = {
        name: cost_here(known, "classifier", name, LEARNERS[name], features, failed)
        for name in found.fits
    }
    drawn = {
        name: cost_here(known, "generator", name, DRAWN_FROM[name], features, failed)
        for name in found.draws
        if DRAWN_FROM[name]["class"] not in CLASSES  # commands are not run
    }
    known.keep()
    if IMPOSSIBLE:
        print(describe_impossible(impossible_cells(config)), flush=True)
    print(
        describe_plan(
            found,
            fitted,
            drawn,
            cores=workflow.cores if workflow.local_exec else None,
            rows=rows,
            rows_are=rows_are,
            limits=longest_seconds(DRAWN_FROM, largest),
        ),
        *failed,
        sep="\n",
        flush=True,
    )


def cost_here(known, kind, name, entry, features, failed):
    """What a fit of a classifier, or a draw of a generator, costs on this machine; None and a sentence if it fails."""

    def measure():
        from synthsize.benchmark import probe  # imports scikit-learn

        tried = {"classifier": probe.fit_cost, "generator": probe.draw_cost}[kind]
        try:
            return tried(name, entry, features)
        except InputError as error:
            failed.append(f"synthsize: experiment.{kind}s.{name} {error}")
            return None

    return known.cost(
        name,
        measure,
        decided_by={
            "kind": kind,
            "class": entry["class"],
            "params": entry["params"],
            "features": features,
            "versions": fit_versions(config, **{kind: name}),
        },
        code=fit_code("benchmark.probe", **{kind: name}),
    )


def lift_rate_limit():
    """Start local jobs without a limit per second.

    For the limit, every pass of Snakemake's scheduler asks for another one a second later, and every job that ends adds
    a pass: in a run of some hundred jobs the scheduler alone fills a core.
    """
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


@atexit.register
def print_plan_of_dry_run(folder=Path.cwd()):
    """Print the plan below a dry run's output; Snakemake has no hook for it, and has left the folder of the run."""
    if not workflow.dryrun or getattr(workflow, "_dag", None) is None:
        return
    jobs = list(workflow.dag.needrun_jobs(exclude_finished=False))
    if jobs:  # none where a dry run failed before it knew them
        with chdir(folder), suppress(InputError):  # which the run itself reports
            print_plan(jobs)


onstart:
    lift_rate_limit()
    forget_failures(Path(RESULTS, DRAWN_ROWS))  # this run tries them again
    print_plan(list(workflow.dag.needrun_jobs()))
