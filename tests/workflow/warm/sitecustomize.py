"""Run the scripts of a workflow's jobs in copies of one process that has imported what they import.

Snakemake starts Python for every job, which imports for one to two seconds; in a run of many short jobs that is most of
the time. Each job still has a process of its own, forked by `multiprocessing`'s fork server, and runs the same file.
Python imports this module when it starts, if its folder is on PYTHONPATH; it changes Snakemake's own process alone.
"""

import sys

if sys.orig_argv[1:3] == ["-m", "snakemake"]:
    from multiprocessing import get_context, process
    from subprocess import CalledProcessError
    from threading import Lock

    from snakemake.benchmark import benchmarked
    from snakemake.script import PythonScript
    from warm_jobs import run_script

    servers = get_context("forkserver")
    servers.set_forkserver_preload(["warm_jobs", "warm_imports"])
    starting = Lock()

    def execute_script(self, file, edit=False):  # noqa: ARG001
        job = servers.Process(target=run_script, args=(file,))
        with starting:  # threads of Snakemake's: each is to hear of the end of its own job alone
            job.start()
            process._children.discard(job)
        if self.bench_record is None:
            job.join()
        else:
            with benchmarked(job.pid, self.bench_record):
                job.join()
        if job.exitcode:
            raise CalledProcessError(job.exitcode, file)

    PythonScript.execute_script = execute_script
