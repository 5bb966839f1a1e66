"""What one extraction job may use: memory and threads."""

from __future__ import annotations

from dataclasses import dataclass

OUTSIDE_BUFFERS_MB = 500


@dataclass(frozen=True)
class Engine:
    """Resources of one extraction job.

    Attributes
    ----------
    memory_limit : str
        What DuckDB's buffers may hold before they spill to disk, as ``"1GB"``; the process needs some 0.3 GB besides.
    threads : int
        Threads of the job.
    """

    memory_limit: str = "1GB"
    threads: int = 1

    @classmethod
    def for_job(cls, memory_mb: int, threads: int) -> Engine:
        """Engine of a job that may use `memory_mb` megabytes in all.

        DuckDB's limit covers its buffers; the process and the readers of compressed files need the rest.
        """
        buffers = max(memory_mb - OUTSIDE_BUFFERS_MB, memory_mb // 2)
        return cls(memory_limit=f"{buffers}MB", threads=threads)
