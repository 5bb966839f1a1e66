"""What the jobs to run are about to fit and to draw, counted before they start."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from synthsize.catalogue import generators as catalogue
from synthsize.catalogue.strategies import entries as strategies
from synthsize.pipeline import external
from synthsize.pipeline.jobs import Job
from synthsize.pipeline.strategies import drawn_by
from synthsize.recipes import SIZED, WEIGHTS

ASSUMED_POSITIVES = 0.1  # share of training rows
GAP = 1 - 2 * ASSUMED_POSITIVES  # synthetic rows at m = 1, in training rows
SIZED_CONTROLS = ("weights", "random_oversample")  # go along the grid; the others are single fits
REFIT_SIZES = 3  # m = 0, m = 1 and the choice, in each split and completed data set
RECIPES = 3  # that decision curves fit: the shifted prior needs no fit of its own
DIAGNOSIS_FOLDS = 3  # of `benchmark.diagnosis`
HALVES = 40  # of `balance.cross_fitting`: both of 20 halvings

Samplers = Mapping[str, Mapping[str, Any]]
Amounts = Iterable[tuple[float, int]]  # rows of a fit, in those of a training set, and how many have them


@dataclass(frozen=True)
class TrainingSets:
    """Training sets that a generator learns from.

    Attributes
    ----------
    name : tuple
        Of one name are those that are the same wherever they occur.
    rows : int
        Of each.
    number : float
        Of sets; a fraction where it is not known before the run which generator will be chosen.
    """

    name: tuple[Any, ...]
    rows: int
    number: float


@dataclass(frozen=True)
class Work:
    """What one job fits and draws.

    Attributes
    ----------
    classifier : str
        Empty where none is fitted.
    fits : mapping of int to int
        How many fits have so many rows, synthetic ones included.
    draws : sequence of (str, TrainingSets)
        By the generator that rows are drawn from.
    held : tuple of int
        Rows of each fit that the job holds at once; empty but for blocks.
    """

    classifier: str = ""
    fits: Mapping[int, int] = field(default_factory=dict)
    draws: tuple[tuple[str, TrainingSets], ...] = ()
    held: tuple[int, ...] = ()


@dataclass(frozen=True)
class Planned:
    """What the jobs to run fit and draw.

    Attributes
    ----------
    fits : mapping of str to mapping of int to int
        For each classifier, how many fits have so many rows, synthetic ones included.
    draws : mapping of str to mapping of int to float
        For each generator that rows are drawn from, how many training sets have so many real rows.
    work : list of Work
        Of each job that fits or draws.
    jobs : int
        All that are to run, those included that neither fit nor draw.
    """

    fits: Mapping[str, Mapping[int, int]]
    draws: Mapping[str, Mapping[int, float]]
    work: list[Work]
    jobs: int

    @property
    def largest(self) -> dict[str, tuple[int, ...]]:
        """For each classifier, the rows of the fits that one job holds at once, in the job that holds most."""
        found: dict[str, tuple[int, ...]] = {}
        for work in self.work:
            if work.held:
                found[work.classifier] = max(found.get(work.classifier, ()), work.held, key=sum)
        return found


def planned(jobs: Iterable[Job], rows: int, samplers: Samplers, *, rows_kept: bool = True) -> Planned:
    """Count what the jobs to run fit and draw, and on how many rows.

    Of a learning curve, numbers of positives that a training set is not taken to have are not fitted. What was chosen
    by validation is fitted again for decisions and subgroups; each generator that can be chosen is taken to be so
    equally often.

    Parameters
    ----------
    jobs : iterable of Job
    rows : int
        Of a training set, of which `ASSUMED_POSITIVES` are taken to be positive.
    samplers : mapping of str to mapping
        The run's generators, those with a strategy included.
    rows_kept : bool
        Whether the run keeps rows that are slow to draw; otherwise each job draws its own.
    """
    every = list(jobs)
    work = [found for job in every if (found := _work(job, rows, samplers)) is not None]
    fits: dict[str, Counter[int]] = defaultdict(Counter)
    for one in work:
        if one.fits:
            fits[one.classifier].update(one.fits)
    once = learned_once(samplers) if rows_kept else set()
    return Planned(dict(fits), _drawn(work, once), work, len(every))


def learned_once(samplers: Samplers) -> set[str]:
    """Name the generators whose rows are kept, so that they learn from each training set once for all that need it."""
    known = catalogue.entries()
    return {
        drawn_by(samplers, name)
        for name, entry in samplers.items()
        if entry["class"] == external.COMMAND
        or (entry["class"] is None and known[drawn_by(samplers, name)].cost)
    }


def _drawn(work: Iterable[Work], once: set[str]) -> dict[str, Mapping[int, float]]:
    """Add up the training sets of each generator, those that several jobs share once where its rows are kept."""
    found: dict[str, dict[Any, TrainingSets]] = defaultdict(dict)
    for number, one in enumerate(work):
        for place, (generator, sets) in enumerate(one.draws):
            key = sets.name if generator in once else (number, place)
            known = found[generator].get(key)
            if known is None or sets.number > known.number:
                found[generator][key] = sets
    amounts: dict[str, Mapping[int, float]] = {}
    for generator, sets_by_name in found.items():
        by_rows: dict[int, float] = defaultdict(float)
        for sets in sets_by_name.values():
            by_rows[sets.rows] += sets.number
        amounts[generator] = dict(by_rows)
    return amounts


def _work(job: Job, rows: int, samplers: Samplers) -> Work | None:
    """Count one job; None of one that neither fits nor draws."""
    if job.name not in FITS and job.name not in DRAWS:
        return None
    n_splits, fits = len(job.params.splits), Counter[int]()
    draws: list[tuple[str, TrainingSets]] = []
    held: tuple[int, ...] = ()
    for part in _parts(job, rows):
        for share, number in FITS[job.name](job) if job.name in FITS else ():
            fits[round(part * share)] += n_splits * number
        for name, kind, share, sets in DRAWS[job.name](job) if job.name in DRAWS else ():
            generator = drawn_by(samplers, name)
            if samplers.get(name, {}).get("class") == external.POOL:
                continue  # its rows are read
            for split in job.params.splits:
                place = (_data_of(job), job.wildcards_dict["task"], split, part, *kind)
                draws.append((generator, TrainingSets(place, round(part * share), sets)))
        if job.name in BLOCKS:
            settings = job.params.settings
            sizes = tuple(round(part * _rows_at(settings, m)) for m in settings["multipliers"])
            held = max(held, sizes, key=sum)
    return Work(job.wildcards_dict.get("classifier", ""), fits, tuple(draws), held)


def _parts(job: Job, rows: int) -> list[float]:
    """Return the rows of each training set that a job goes through."""
    if job.name not in ON_PARTS:
        return [rows]
    asked = (number / ASSUMED_POSITIVES for number in job.params.positives)
    return [part for part in asked if part <= rows]


def _data_of(job: Job) -> tuple[str, ...]:
    """Name what the splits of a job are drawn from: jobs with the same name have the same training sets."""
    own = OWN_SETS.get(job.name, "")
    return (own, job.wildcards_dict.get("shortcut", ""))


def _rows_at(settings: Mapping[str, Any], m: float) -> float:
    """Return the rows of a fit at a size, in those of the training set."""
    strategy = settings.get("strategy")
    if strategy and strategies()[strategy["name"]].thins:
        return 2 * (ASSUMED_POSITIVES + GAP * m)
    return 1 + GAP * m


def _block_fits(job: Job) -> Amounts:
    """Every size on a split's training rows and in every fold."""
    settings = job.params.settings
    folds = settings["folds"]
    for share, number in ((1.0, 1), ((folds - 1) / folds, folds * settings["repeats"])):
        for m in settings["multipliers"]:
            yield share * _rows_at(settings, m), number


def _control_fits(job: Job) -> Amounts:
    settings, controls = job.params.settings, job.params.controls
    sizes, folds = settings["multipliers"], settings["folds"]
    kept = (folds - 1) / folds
    for name in controls:
        if name == "random_oversample":
            yield from ((1 + GAP * m, 1) for m in sizes)
        elif name == "random_undersample":
            yield 2 * ASSUMED_POSITIVES, 1
        else:
            yield 1.0, len(sizes) if name in SIZED_CONTROLS else 1
    yield kept, folds if "threshold" in controls else 0
    yield kept, folds * settings["repeats"] * _validated_fits(job, len(sizes))


def _validated_fits(job: Job, sizes: int) -> int:
    """Count the fits of controls to one fold; tuned weights are validated in any case."""
    validated = {
        *getattr(job.params, "validated", ()),
        *([WEIGHTS] if "weights_vtss" in job.params.controls else []),
    }
    return sum(sizes if name in SIZED else 1 for name in validated)


def _decision_fits(job: Job) -> Amounts:
    """Raw data, weights and the chosen recipe, on a split's training rows and in every fold."""
    folds = int(job.params.settings["folds"])
    yield 1.0, RECIPES
    yield (folds - 1) / folds, folds * RECIPES


def _refits(job: Job) -> Amounts:
    yield 1 + GAP, REFIT_SIZES * int(job.params.imputations)


def _subgroup_fits(job: Job) -> Amounts:
    """Count the sizes that are fitted again, and the chosen recipe where the run chooses one."""
    yield 1 + GAP, REFIT_SIZES + bool(job.params.generators)


# A draw: the generator's name in the cell, a label of its training sets within the split, their rows as a share,
# and their number.
Draws = Iterator[tuple[str, tuple[Any, ...], float, float]]
WHOLE = ("whole",)


def _folds(settings: Mapping[str, Any], repeats: int) -> tuple[tuple[Any, ...], float, float]:
    folds = int(settings["folds"])
    return ("folds", folds), (folds - 1) / folds, folds * repeats


def _block_draws(job: Job) -> Draws:
    """Yield a split's training rows and every fold."""
    settings, name = job.params.settings, job.wildcards_dict["generator"]
    yield name, WHOLE, 1.0, 1
    yield name, *_folds(settings, settings["repeats"])


def _decision_draws(job: Job) -> Draws:
    """Yield the chosen recipe's, for the training rows and the folds of one repeat."""
    rivals = job.params.rivals
    for name in rivals:
        kind, share, number = _folds(job.params.settings, 1)
        yield name, WHOLE, 1.0, 1 / len(rivals)
        yield name, kind, share, number / len(rivals)


def _subgroup_draws(job: Job) -> Draws:
    """Yield the cell's own, and the chosen recipe's where the run chooses one."""
    yield job.wildcards_dict["generator"], WHOLE, 1.0, 1
    rivals = job.params.generators
    for name in rivals:
        yield name, WHOLE, 1.0, 1 / len(rivals)


def _imputation_draws(job: Job) -> Draws:
    yield job.wildcards_dict["generator"], WHOLE, 1.0, int(job.params.imputations)


def _fidelity_draws(job: Job) -> Draws:
    yield job.wildcards_dict["generator"], WHOLE, 1.0, 1


def _diagnosis_draws(job: Job) -> Draws:
    """Cross-fitted on the training rows, and on each half of each halving."""
    name, learned = job.wildcards_dict["generator"], (DIAGNOSIS_FOLDS - 1) / DIAGNOSIS_FOLDS
    yield name, ("cross_fitted",), learned, DIAGNOSIS_FOLDS
    yield name, ("halves",), learned / 2, DIAGNOSIS_FOLDS * HALVES


FITS: dict[str, Callable[[Job], Amounts]] = {
    "run_block": _block_fits,
    "run_shortcut_block": _block_fits,
    "run_controls": _control_fits,
    "run_curve_block": _block_fits,
    "run_curve_controls": _control_fits,
    "run_decisions": _decision_fits,
    "run_penalised_block": _block_fits,
    "run_penalised_controls": _control_fits,
    "run_transport_block": _block_fits,
    "run_transport_controls": _control_fits,
    "run_subgroups": _subgroup_fits,
    "run_imputations": _refits,
}
BLOCKS = tuple(name for name, count in FITS.items() if count is _block_fits)
DRAWS: dict[str, Callable[[Job], Draws]] = {
    **dict.fromkeys(BLOCKS, _block_draws),
    "run_decisions": _decision_draws,
    "run_subgroups": _subgroup_draws,
    "run_imputations": _imputation_draws,
    "measure_fidelity": _fidelity_draws,
    "diagnose_regime": _diagnosis_draws,
}
ON_PARTS = ("run_curve_block", "run_curve_controls")  # fit every number of positives
# Rules whose training sets are not those of the benchmark's splits; of a shortcut they are its own.
OWN_SETS = {
    "run_curve_block": "curve",
    "run_transport_block": "transport",
    "run_imputations": "imputations",
}
