"""Tabulate the results of finished runs, and the settings in which they differ, side by side."""

from synthsize.compare import rows
from synthsize.compare.manifests import read_manifests
from synthsize.compare.settings import differing_settings
from synthsize.compare.tables import check_unchanged, read_tables
from synthsize.pipeline.job import job

with job(snakemake):
    given = snakemake.params.runs
    runs = read_manifests({label: run["folder"] for label, run in given.items()})
    for run in runs:
        check_unchanged(run, given[run.label]["manifest"])
    tables = {run.label: read_tables(run) for run in runs}
    made = {
        "cohorts": rows.cohort_rows(runs, tables),
        "recommended": rows.recommended_rows(tables),
        "gains": rows.gain_rows(tables),
        "sizes": rows.size_rows(tables),
        "learning_curves": rows.learning_rows(tables),
        "differing_settings": differing_settings(runs, tables, snakemake.params.clocks),
        "tasks": rows.task_rows(runs),
    }
    for name, frame in made.items():
        rows.CONTRACTS[name].write(frame, snakemake.output[name])
