"""What the catalogue knows about one name of each kind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Parameters = Mapping[
    str, Mapping[str, Any]
]  # by name: type, default, limits and description, as in a JSON schema


@dataclass(frozen=True)
class GeneratorEntry:
    """A generator.

    Attributes
    ----------
    name : str
        What configurations and result tables call it.
    label : str
        What readers see.
    class_path : str
        Import path of its class.
    words : str
        What it does, as a part of a sentence that begins after its label; may be empty.
    settings : str
        `str.format` template that puts the parameters in use into words; may be empty.
    colour : str
        Hexadecimal.
    marker : str
        As matplotlib names it.
    parameters : mapping
        What the class takes; empty for one that was brought, whose class is asked when it is made.
    params : mapping
        The parameters in use, by name.
    brought : bool
        Whether it is named by the user's configuration rather than a file of this package.
    """

    name: str
    label: str
    class_path: str
    words: str = ""
    settings: str = ""
    colour: str = ""
    marker: str = ""
    parameters: Parameters = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    brought: bool = False


@dataclass(frozen=True)
class LearnerEntry:
    """A learner, which configurations call classifier.

    Attributes
    ----------
    name, label, class_path, words, settings, parameters, params, brought
        See `GeneratorEntry`.
    loss : str
        Unit of its loss: ``nats`` of log-loss, or the name of a loss that has no unit.
    score : str
        What its scores are: ``log_odds``, ``margin`` or ``probability``.
    estimates_risk : bool
        Whether it gives probabilities, so that it can be judged by its calibration.
    oracle : bool
        Whether the lowest balanced risk its kind can reach on the test rows is known, which excess risk needs.
    """

    name: str
    label: str
    class_path: str
    words: str = ""
    settings: str = ""
    loss: str = "nats"
    score: str = "log_odds"
    estimates_risk: bool = True
    oracle: bool = False
    parameters: Parameters = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    brought: bool = False

    @property
    def loss_words(self) -> str:
        """Name of the loss with its unit."""
        return "log-loss in nats" if self.loss == "nats" else self.loss

    @property
    def risk_metric(self) -> str:
        """Metric that judges it: excess risk where an oracle makes it known, else balanced risk."""
        return "excess_risk" if self.oracle else "balanced_risk"


@dataclass(frozen=True)
class ControlEntry:
    """A control, which needs no synthetic row.

    Attributes
    ----------
    name, label
        See `GeneratorEntry`.
    words : str
        What it is, as a part of a sentence on the page.
    sized : bool
        Whether it is fitted at each synthetic size, rather than once.
    estimates_risk : bool
        Whether its score may be judged by a loss.
    """

    name: str
    label: str
    words: str
    sized: bool = False
    estimates_risk: bool = True


@dataclass(frozen=True)
class MetricEntry:
    """A metric of a fit, or a criterion of VTSS.

    Attributes
    ----------
    name, label
        See `GeneratorEntry`.
    description : str
    unit : str
        ``loss`` stands for the unit of the learner's loss; empty for a number without unit.
    minimum, maximum : float
        Range of its values.
    direction : {"lower", "higher", "ideal"}
        Which values are good: the lowest, the highest, or those nearest to `ideal`.
    ideal : float
        NaN unless the direction is "ideal".
    kind : {"risk", "estimate", "ranking", "decision", "criterion"}
        A risk is measured against the loss, an estimate judges probabilities, a ranking orders rows, a decision counts
        errors; a criterion is what VTSS chooses by.
    """

    name: str
    label: str
    description: str
    kind: str
    direction: str
    unit: str = ""
    minimum: float = -math.inf
    maximum: float = math.inf
    ideal: float = math.nan


@dataclass(frozen=True)
class VariableEntry:
    """One clinical variable of the analysis tables.

    Attributes
    ----------
    name : str
        Column stem, as in ``heart_rate_mean``.
    label : str
        What figures and tables print.
    unit : str
        Canonical unit of every value.
    kind : {"vital", "lab"}
        Which bin width of the configuration applies.
    """

    name: str
    label: str
    unit: str
    kind: str


@dataclass(frozen=True)
class FigureEntry:
    """A figure of the report.

    Attributes
    ----------
    name : str
        Of its module, and of its files up to the learner.
    title : str
        Its heading on the page.
    section : str
        Anchor of the section it stands in.
    tables : tuple of str
        Names of the tables it reads, in `contracts.summaries.SUMMARIES`.
    words : str
        Its caption in Snakemake's own report; ``{classifier}`` stands for the label of the classifier.
    classifiers : {"", "all", "with_oracle", "without_oracle", "estimating_risk"}
        For which classifiers it is drawn, once each; empty if it is drawn once for the run.
    category : str
        Its heading in Snakemake's own report.
    params : tuple of str
        Settings of the run that it needs beside names: ``interval``, ``suppress_below``.
    lacks : {"cells", "tasks", "nothing"}
        What its caption names of an incomplete run: cells of the benchmark that are missing, tasks that are missing as
        a whole, or nothing.
    """

    name: str
    title: str
    section: str
    tables: tuple[str, ...]
    words: str
    classifiers: str = ""
    category: str = "Benchmark"
    params: tuple[str, ...] = ()
    lacks: str = "cells"

    def drawn_for(self, learner: LearnerEntry) -> bool:
        """Say whether there is one of these figures for a learner."""
        return {
            "all": True,
            "with_oracle": learner.oracle,
            "without_oracle": not learner.oracle,
            "estimating_risk": learner.estimates_risk,
        }.get(self.classifiers, False)
