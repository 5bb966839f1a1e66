"""A caution for data that are too small for conclusions, such as the open demos."""

from __future__ import annotations

import pandas as pd

from synthsize.catalogue.names import Names

LEAST_CASES = 100  # that a validation takes: Collins, Ogundimu and Altman (2016), Stat. Med. 35, 214-226


def few_cases(table1: pd.DataFrame, names: Names) -> list[str]:
    """Name the tasks whose rarer class is too small to rest a conclusion on.

    Parameters
    ----------
    table1 : DataFrame
        Columns task, positives and negatives.
    names : Names
        Of the run.

    Returns
    -------
    list of str
        A paragraph, or none.
    """
    rarer = table1[["positives", "negatives"]].min(axis=1)
    small = [names.task(task) for task in table1.loc[rarer < LEAST_CASES, "task"]]
    if not small:
        return []
    return [
        f"Too few for conclusions: the rarer class has fewer than {LEAST_CASES} cases in {', '.join(small)}, and a "
        "test set holds a part of them. Treat intervals and chances of such a run as rough; it shows that the data "
        "pass through the pipeline."
    ]
