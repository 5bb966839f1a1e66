"""Make jobs of one rule fail when their results are written and the records are not: SYNTHSIZE_FAULT=rule:way[:part].

With a part, only those jobs fail whose results lie in a folder of this name. Python imports this module when it starts,
if its folder is on PYTHONPATH.
"""

import os
import signal
import sys

RULE, WAY, PART = (os.environ.get("SYNTHSIZE_FAULT", "").split(":") + ["", ""])[:3]


def fail(way, go_on):
    if way == "exception":
        raise RuntimeError("made to fail")
    if way == "job killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if way == "main process killed":  # the leader of the session that the test starts; this job goes on
        os.kill(os.getsid(0), signal.SIGKILL)
        go_on()


if RULE and sys.orig_argv[-1].endswith(f".{RULE}.py"):  # the copy of the rule's script that Snakemake runs
    from synthsize.pipeline import job

    write_records = job.write_records

    def write_records_or_fail(outputs, lineage):
        if PART in outputs[0]:
            fail(WAY, lambda: write_records(outputs, lineage))
        else:
            write_records(outputs, lineage)

    job.write_records = write_records_or_fail
