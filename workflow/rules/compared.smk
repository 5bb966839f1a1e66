# The finished runs that `runs` names, read from their manifests. No rules here.

from synthsize.compare.manifests import read_manifests
from synthsize.errors import InputError
from synthsize.pipeline.compared import compared_classifiers, compared_names

COMPARISON = str(Path(config["output"]["root"], "compare"))
RUNS = config["runs"]  # folder by label; empty in a run of one's own
COMPARED, COMPARED_NAMES, COMPARED_FIGURES = {}, {}, []
SUPPRESS_COMPARED = 0
if RUNS:
    try:
        MANIFESTS = read_manifests(RUNS)
    except InputError as error:
        sys.exit(f"config: {error}")
    # The manifest holds the digests of all tables: a run that is made anew changes it, and the comparison is due.
    COMPARED = {
        run.label: {"folder": RUNS[run.label], "manifest": run.digest}
        for run in MANIFESTS
    }
    COMPARED_NAMES = compared_names(MANIFESTS).to_params()
    COMPARED_CLASSIFIERS = compared_classifiers(MANIFESTS)
    SUPPRESS_COMPARED = max(run.suppress_below for run in MANIFESTS)
    KINDS = ["side_by_side"]
    if sum(run.has_learning_curve for run in MANIFESTS) > 1:
        KINDS.append("learning_curves")
    COMPARED_FIGURES = [
        f"{kind}_{name}" for kind in KINDS for name in COMPARED_CLASSIFIERS
    ]


wildcard_constraints:
    comparison="|".join(COMPARED_FIGURES) or "none",


def only_with_runs(wildcards):
    """Input function of the comparison: nothing, or an error where no runs are named."""
    if not RUNS:
        sys.exit(
            "config: compare needs the runs that it compares, and runs names none; add --config "
            "runs='[runs/mimic3, runs/eicu]'"
        )
    return []


def only_without_runs(wildcards):
    """Input function of all other rules: an error where the configuration names runs to compare."""
    if RUNS:
        sys.exit(
            "config: runs names finished runs, which only the target compare reads; run `snakemake compare` with the "
            "same options, or leave runs out"
        )
    return []
