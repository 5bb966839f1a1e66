"""Validation of what needs no synthetic rows, on the folds that generators are validated on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from synthsize.balance.controls import ControlInputs
from synthsize.balance.criteria import BalancedLoss
from synthsize.balance.events import Event
from synthsize.balance.learners import Learner
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.recipe_procedures import inapplicable, validate_plain
from synthsize.balance.vtss import Choice, choose
from synthsize.benchmark.folds import validation_folds
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows
from synthsize.recipes import WEIGHTS, sizes


@dataclass(frozen=True)
class Validated:
    """Validation results of a control in the folds of one split.

    Attributes
    ----------
    control : str
        One of `synthsize.recipes.PLAIN`.
    multipliers : tuple of float
        0 alone for a control without sizes.
    choice : Choice
        By balanced loss.
    events : tuple of Event
        Each case once, however many folds met it.
    """

    control: str
    multipliers: tuple[float, ...]
    choice: Choice
    events: tuple[Event, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per size, in columns of `contracts.results.VALIDATED`."""
        return [
            {"control": self.control, "multiplier": m, "validation_mean": mean, "validation_se": se}
            for m, mean, se in zip(self.multipliers, self.choice.mean, self.choice.se, strict=True)
        ]


def validate_controls(
    names: Sequence[str], split: SplitRows, learner: Learner, settings: Settings, inputs: ControlInputs
) -> list[Validated]:
    """Validate by balanced loss those of the named controls that the learner can have.

    Parameters
    ----------
    names : sequence of str
        Of `synthsize.recipes.PLAIN`.
    split : SplitRows
    learner : Learner
    settings : Settings
    inputs : ControlInputs
        Of the split's training rows: the folds' weighted fits start from those to all of them.
    """
    criterion = BalancedLoss(settings.majority_weight)
    rows, found = split.rows, []
    for name in names:
        if inapplicable(name, learner):
            continue
        curve = validate_plain(
            name,
            learner,
            rows.X[split.train],
            split.y_train,
            [*validation_folds(split, settings, name, settings.repeats)],
            settings.multipliers,
            criterion,
            majority_weight=settings.majority_weight,
            preprocessor=Preprocessor(rows.imputation_means, rows.features),
            near=inputs.weight_path.fits if name == WEIGHTS else None,
        )
        grid = sizes(name, settings.multipliers)
        choice = choose(curve.by_criterion[criterion.name], grid, criterion)
        found.append(Validated(name, grid, choice, tuple(dict.fromkeys(event for *_, event in curve.events))))
    return found
