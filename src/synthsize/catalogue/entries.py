"""The catalogue's entry of one generator, learner or control."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        Name in configurations and result tables.
    label : str
        What readers see.
    class_path : str
        Import path of its class.
    words : str
        What it does, as a part of a sentence that begins after its label; may be empty.
    settings : str
        Template that puts the parameters in use into words, see `settings_in_words`; may be empty.
    colour : str
        Hexadecimal.
    cost : str
        What a fit costs, for one whose training takes seconds or more; empty for the others.
    needs : sequence of str
        Packages of the extra `generators` that it imports when it learns.
    parameters : mapping
        What the class takes; empty for one that was brought, whose class is inspected when it is constructed.
    params : mapping
        The parameters in use, by name.
    brought : bool
        Whether it is named by the user's configuration rather than a file of this package.
    strategy : str
        What its rows are fitted together with; see `StrategyEntry`.
    raw_at_zero : bool
        Whether its fit without synthetic rows is that to the raw data.
    largest : float
        Largest multiplier that there is.
    of, of_label : str
        Name and label of the generator whose rows a strategy uses; empty without one.
    """

    name: str
    label: str
    class_path: str
    words: str = ""
    settings: str = ""
    colour: str = ""
    cost: str = ""
    needs: Sequence[str] = ()
    parameters: Parameters = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    brought: bool = False
    strategy: str = "oversample"
    raw_at_zero: bool = True
    largest: float = float("inf")
    of: str = ""
    of_label: str = ""


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
    linear : bool
        Whether its score is a linear function of the features, so that other learners are compared with it.
    takes_weights : bool
        Whether rows can be weighted, which strategies may need.
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
    linear: bool = False
    takes_weights: bool = True
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
    short : str
        Its name where there is little room: in sentences, as a rival, above a panel.
    marker : str
        As matplotlib names it, of the one level that figures mark; empty for none.
    estimates_risk : bool
        Whether its score may be judged by a loss.
    """

    name: str
    label: str
    words: str
    short: str
    marker: str = ""
    estimates_risk: bool = True


@dataclass(frozen=True)
class StrategyEntry:
    """A strategy: what synthetic rows of any generator are fitted together with.

    Attributes
    ----------
    name, class_path, parameters
        See `GeneratorEntry`.
    label : str
        `str.format` template of what readers see behind a generator's label.
    words : str
        `str.format` template of what is done with the synthetic rows, as a part of a sentence.
    largest : float
        Largest multiplier that it supports.
    raw_at_zero : bool
        Whether its fit without synthetic rows is that to the raw data.
    thins : bool
        Whether majority rows are left out until there are as many as minority rows, synthetic ones included.
    needs_weights : bool
        Whether it weighs rows, which not every learner can.
    """

    name: str
    label: str
    class_path: str
    words: str
    parameters: Parameters = field(default_factory=dict)
    largest: float = float("inf")
    raw_at_zero: bool = True
    thins: bool = False
    needs_weights: bool = False
