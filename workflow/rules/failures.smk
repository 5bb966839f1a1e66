# What a run that ends with failures still makes: the report of all that is whole. No rules here.

import shlex
import subprocess

from synthsize.pipeline import incomplete
from synthsize.pipeline.config import reported_classifiers


def report_command(settings):
    """This run's command with `settings` layered over its configuration, without targets or forced rules."""
    given = workflow.config_settings
    layers = [*given.configfiles, settings.absolute()]
    here = Path.cwd()
    elsewhere = Path(workflow.basedir) != here  # run with -s and -d
    return [
        *(("-s", workflow.main_snakefile, "-d", str(here)) if elsewhere else ()),
        *("--cores", str(workflow.cores if workflow.local_exec else 1)),
        "--configfile",
        *(str(p.relative_to(here) if p.is_relative_to(here) else p) for p in layers),
        *(("--config", *given.config_args) if given.config_args else ()),
    ]


onerror:
    unfinished = set(workflow.dag.needrun_jobs())
    missing = incomplete.missing_parts(
        unfinished, workflow.scheduler.failed, workflow.dag.dependencies
    )
    left_out = {**LEFT_OUT, **missing}
    rest = {**config, "reporting": {**config["reporting"], "left_out": left_out}}
    wanted = any(job.name == "write_report" for job in unfinished)
    if wanted and missing and reported_classifiers(rest):
        settings = Path(LOGS, "incomplete.yaml")
        incomplete.write_settings(settings, left_out)
        command = report_command(settings)
        print(
            f"synthsize: without {', '.join(missing)}. The report of the rest comes from",
            shlex.join(["snakemake", *command]),
            sep="\n  ",
            flush=True,
        )
        # Nothing runs any more, and this run holds the lock until it ends.
        if workflow.local_exec:
            subprocess.run(
                [sys.executable, "-m", "snakemake", "--nolock", *command]
            )
