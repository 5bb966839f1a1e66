"""How to read the results, with the names and settings of the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from synthsize.catalogue.names import Names
from synthsize.report import style


def how_to_read(config: Mapping[str, Any], names: Names) -> list[str]:
    """Explain synthetic size, balanced excess risk and the intervals.

    Parameters
    ----------
    config : mapping
        As `synthsize.pipeline.config.resolve` returns it.
    names : Names
        Of the run.

    Returns
    -------
    list of str
        A paragraph each: what is measured, why its level is not to be taken at face value, what the intervals mean,
        and through which switches of the protocol test rows are known before.
    """
    experiment, protocol = config["experiment"], config["protocol"]
    return [
        _measure(names, protocol["majority_weight"]),
        *_strategies(names),
        *_level(names, protocol["majority_weight"], protocol["oracle"]),
        _intervals(experiment["splits"], names.people),
        *_leaks(protocol["group_by"], protocol["imputation"], names),
    ]


def _measure(names: Names, weight: float) -> str:
    classes = (
        "when both classes count the same"
        if weight == 0.5
        else f"when the majority class counts {weight:g} and the minority {1 - weight:g}"
    )
    losses = ", ".join(
        f"{entry.loss_words} for {names.in_sentence(name)}" for name, entry in names.learners.items()
    )
    return (
        "Synthetic minority rows are added to the training set in growing number: m times the gap between the two "
        "classes, so that m = 0 leaves the data as they are and m = 1 makes the classes equal in size. Balanced risk "
        f"is the mean loss on unseen rows {classes}: {losses}.{_excess(names)} Lower is better."
    )


def _strategies(names: Names) -> Iterator[str]:
    """Say what m means where synthetic rows are not just added to the raw data."""
    others = [entry for entry in names.generators.values() if not names.adds_rows_alone(entry.name)]
    if not others:
        return
    words = "; ".join(f"{entry.label}: {entry.words}" for entry in others)
    thinned = [entry.label for entry in others if not entry.raw_at_zero]
    sentence = f"Some generators are shown with a strategy of their own. {words}."
    if thinned:
        sentence += (
            f" For {', '.join(thinned)}, m is the way from random undersampling (m = 0) to full oversampling (m = 1), "
            "beyond which there is nothing; the raw data, where they are named, are the fit to all real rows."
        )
    yield sentence


def _excess(names: Names) -> str:
    """Explain excess risk where some classifier has one, and name those that have none."""
    without = [names.in_sentence(name) for name, entry in names.learners.items() if not entry.oracle]
    words = ""
    if len(without) < len(names.learners):
        words += (
            " Balanced excess risk is what remains after subtracting the lowest balanced risk a linear model can "
            "reach on the same test rows."
        )
    if without:
        words += (
            f" For {', '.join(without)} that lowest risk is not known, and balanced risk itself is shown; within a "
            "split differences in the one are differences in the other."
        )
    return words


def _level(names: Names, weight: float, oracle: str) -> Iterator[str]:
    """Name the surplus of excess risk: p w (1 - w) / 2 times the sum of 1/n over the rows of each class in the fit."""
    if not any(entry.oracle for entry in names.learners.values()):
        return
    thinned = oracle == "undersampled"
    fitted = (
        "the test rows themselves, the majority among them thinned at random to the number of the minority"
        if thinned
        else "the test rows themselves"
    )
    surplus = ""
    if any(entry.oracle and entry.loss == "nats" for entry in names.learners.values()):
        halves = 2 / (weight * (1 - weight))
        size = (
            f"p/{halves / 2:.3g} · 1/n₁, with p features and n₁ test rows of the minority"
            if thinned
            else f"p/{halves:.3g} · (1/n₁ + 1/n₀), with p features and n₁ and n₀ test rows of the two classes"
        )
        surplus = f": for log-loss by about {size}"
    yield (
        f"That lowest risk comes from a model fitted to {fitted}, so it is too optimistic and the excess risk is "
        f"too high{surplus}. Within a split this surplus is the same for every m and every generator and cancels in "
        "their differences: compare curves, and do not take their height at face value."
    )


def _intervals(splits: int, people: str) -> str:
    if splits == 1:
        spread = "There is one split, so that no interval and no test can be given: chance alone may explain anything."
    else:
        spread = (
            "All splits cut up one cohort, and their training sets overlap. The normal interval shows how far the "
            "mean would move with other random splits of this cohort and no more; the Nadeau-Bengio interval allows "
            f"for the overlap and is the one that applies to new {people} of the same kind."
        )
        if splits < style.FEW_SPLITS:
            spread += f" With {splits} splits both are rough, and some may be narrow by accident."
    return (
        f"{spread} The best m of a curve is selected on the test rows and so is optimistically biased; the size chosen "
        "by validation (VTSS) is picked on training rows alone."
    )


def _leaks(group_by: str, imputation: str, names: Names) -> list[str]:
    """State which of the protocol's switches let test rows reach the fits; empty where none does."""
    ways = []
    if group_by == "admission":
        one, several = ("row", "a group of") if names.has_own_tables else ("admission", "a patient of")
        ways.append(f"splits are by {one}, so that {several} several may be on both sides of one")
    if imputation == "cohort":
        ways.append("missing values take means to which the test rows contributed")
    if not ways:
        return []
    words = f"Test rows are not quite unseen in this run: {' and '.join(ways)}."
    if group_by == "admission":
        words += f" No interval here applies to new {names.people}, then."
    return [words]
