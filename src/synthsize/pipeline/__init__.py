"""What the Snakefile and its scripts share: configuration rules, dependency tracing and the frame of a job."""
