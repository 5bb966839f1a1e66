"""Made-up results by stratum, by subgroup and with multiple imputation, in the columns of their tables."""

import numpy as np
import pandas as pd

from synthsize.statistics.imputation_differences import IMPUTATION_COLUMNS
from synthsize.statistics.subgroups import SUBGROUP_COLUMNS
from synthsize.statistics.transport import STRATA_COLUMNS, TRANSPORT_COLUMNS

ENDS = [f"{kind}_{end}" for kind in ("normal", "nadeau_bengio") for end in ("low", "high")]
REFERENCES = ("", "m=0", "prior_shift", "weights_vtss")


def _estimate(mean, width=0.1):
    limits = {name: mean + (width if name.endswith("high") else -width) for name in ENDS}
    return {"mean": mean, **limits, "level": 0.95, "n_splits": 5, "note": ""}


def transport(strata=("carevue", "metavision"), tasks=("mortality",), references=REFERENCES):
    """Of logistic regression and two generators; the differences on stratum i are i / 100, on random splits 0."""
    places = [("random", "", 0.0), *(("stratum", name, i / 100) for i, name in enumerate(strata, start=1))]
    if len(strata) > 2:
        places.append(("strata", "", 0.005))
    rows = [
        {
            "task": task,
            "classifier": "logistic",
            "generator": generator,
            "place": place,
            "stratum": stratum,
            "metric": metric,
            "subject": "vtss",
            "criterion": "balanced_loss",
            "reference": reference,
            **_estimate(value),
        }
        for task in tasks
        for generator in ("smote", "jitter")
        for place, stratum, value in places
        for metric in ("excess_risk", "auroc")
        for reference in references
    ]
    return pd.DataFrame(rows, columns=list(TRANSPORT_COLUMNS))


def strata(tested=("carevue", "metavision"), refused=("no_icu",), tasks=("mortality",), whole=False):
    rows = [
        {
            "task": task,
            "stratum": name,
            "splits": int(name in tested),
            "whole": whole,
            "note": "" if name in tested else "too few",
        }
        for task in tasks
        for name in (*tested, *refused)
    ]
    return pd.DataFrame(rows, columns=list(STRATA_COLUMNS))


def subgroups(sizes, tasks=("mortality",)):
    """Sizes by (dimension, group): admissions and positives."""
    rows = [
        {
            "task": task,
            "classifier": "logistic",
            "generator": generator,
            "subject": subject,
            "dimension": dimension,
            "group": group,
            "admissions": admissions,
            "positives": positives,
            "metric": metric,
            **_estimate(0.5),
        }
        for task in tasks
        for generator in ("smote", "jitter")
        for subject in ("m=0", "prior_shift", "m=1", "vtss")
        for (dimension, group), (admissions, positives) in sizes.items()
        for metric in ("sensitivity", "specificity", "observed_to_expected", "calibration_slope")
    ]
    return pd.DataFrame(rows, columns=list(SUBGROUP_COLUMNS))


def imputations(missing=True):
    cells = [{"task": "mortality", "classifier": "logistic", "generator": g} for g in ("smote", "jitter")]
    if not missing:
        rows = [{**cell, "level": 0.95, "n_splits": 0, "note": "no value is missing"} for cell in cells]
        return pd.DataFrame(rows, columns=list(IMPUTATION_COLUMNS))
    rows = [
        {
            **cell,
            "subject": subject,
            "metric": metric,
            "imputations": 5,
            "default_mean": 0.5,
            "multiple_mean": 0.51,
            **{name.replace("mean", "mean_difference"): value for name, value in _estimate(0.01).items()},
        }
        for cell in cells
        for subject in ("m=0", "m=1", "vtss")
        for metric in ("balanced_risk", "auroc", "gain")
        if (subject, metric) != ("m=0", "gain")
    ]
    return pd.DataFrame(rows, columns=list(IMPUTATION_COLUMNS)).astype({"imputations": np.int64})
