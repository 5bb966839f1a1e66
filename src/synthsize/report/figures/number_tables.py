"""Shared parts of the tables of the numbers behind the figures."""

from __future__ import annotations

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.content import Column, Table, make_table
from synthsize.report.rows import in_words, select

TITLE = "The numbers of this figure"
SIZE, NUMBER, SHARE = "{:g}", "{:.4f}", "{:.0%}"
WITH_LIMITS = " ({:.4f} to {:.4f})"
PLACE = {"task": Column("Task"), "multiplier": Column("m", SIZE)}


def limits(high: str, header: str) -> Column:
    """Show two limits in the column of the lower one."""
    return Column(header, NUMBER, (high,), f" to {NUMBER}")


def by_generator(long: pd.DataFrame, names: Names, *, name: str, text: str) -> Table:
    """Set mean and limits of each generator side by side: a row per task and multiplier.

    Parameters
    ----------
    long : DataFrame
        Columns task, generator, multiplier, mean, low and high; one row per place.
    names : Names
        Of the run.
    name, text : str
        See `content.Table`.
    """
    generators = names.generator_order(long["generator"])
    wide = in_words(long[["task", "multiplier"]].drop_duplicates(), task=names.tasks)
    for generator in generators:
        columns = {"mean": generator, "low": f"{generator}_low", "high": f"{generator}_high"}
        part = select(long, {"generator": generator}).rename(columns=columns)
        part = in_words(part[["task", "multiplier", *columns.values()]], task=names.tasks)
        wide = wide.merge(part, on=["task", "multiplier"], how="left")
    shown = {
        generator: Column(
            names.generator(generator), NUMBER, (f"{generator}_low", f"{generator}_high"), WITH_LIMITS
        )
        for generator in generators
    }
    return make_table(wide, name=name, title=TITLE, text=text, columns=PLACE | shown)
