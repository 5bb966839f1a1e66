"""Recipes against imbalance, from the simplest to the least simple.

This is the one place that orders recipes. Ties between them go to the simplest, and reports take recipes in this
order:

1. ``none``: the raw data, unchanged;
2. ``prior_shift``: the raw fit, its prior moved afterwards: one number more;
3. ``class_weight``: another loss on the same rows, the classes weighing as in the risk;
4. ``weights``: the same at a validated size;
5. a generator at m = 1: new rows, but no size to choose;
6. a generator at a validated size.

A strategy of a generator (`balance.strategies`) counts as a further generator, behind those without one. With the
majority thinned (``mixed``) its size 0 is random undersampling and no raw data.

Among recipes of one kind the classifier's own penalty is simpler than another, generators are in the order of the
run, and fewer rows (or less weight) are simpler than more.
"""

from __future__ import annotations

from collections.abc import Sequence

NONE, PRIOR_SHIFT, CLASS_WEIGHT, WEIGHTS = "none", "prior_shift", "class_weight", "weights"
PLAIN = (NONE, PRIOR_SHIFT, CLASS_WEIGHT, WEIGHTS)  # without synthetic rows, in order
PLAIN_CONTROLS = (NONE, PRIOR_SHIFT, CLASS_WEIGHT, "weights_vtss")  # the same as controls of one level each
SIZED = (WEIGHTS,)  # those of them that have a size
BALANCED = 1.0  # the multiplier that needs no choice

Rank = tuple[int, bool, int, float]


def simplicity(
    method: str, multiplier: float, generators: Sequence[str], *, own_penalty: bool = True
) -> Rank:
    """Return what recipes sort by, the simplest first.

    Parameters
    ----------
    method : str
        One of `PLAIN`, or one of `generators`.
    multiplier : float
        In units of the class gap.
    generators : sequence of str
        In the order of the run.
    own_penalty : bool
        Whether the classifier keeps its own penalty.
    """
    if method in PLAIN:
        kind, number = PLAIN.index(method), 0
    else:
        kind, number = len(PLAIN) + int(multiplier != BALANCED), generators.index(method)
    return kind, not own_penalty, number, multiplier


def sizes(method: str, multipliers: Sequence[float]) -> tuple[float, ...]:
    """Return the multipliers of a recipe: 0 alone where it has no size."""
    return (0.0,) if method in PLAIN and method not in SIZED else tuple(multipliers)
