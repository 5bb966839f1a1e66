"""The names of one run and their labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from synthsize.catalogue import controls as control_entries
from synthsize.catalogue import generators as generator_entries
from synthsize.catalogue import learners as learner_entries
from synthsize.catalogue import metrics as metric_entries
from synthsize.catalogue import strategies as strategy_entries
from synthsize.catalogue.entries import ControlEntry, GeneratorEntry, LearnerEntry
from synthsize.catalogue.looks import with_looks
from synthsize.errors import InputError

# Controls that other columns name otherwise: references of paired differences, and recipes that have a size.
STANDS_FOR = {"m=0": "none", "raw": "none", "weights": "weights_vtss", "weights(m)": "weights"}
REFERENCES = ("m=1", "m=0", "prior_shift", "class_weight", "weights_vtss", "weights(m)")
SIZE_ONE = {"m=1": "m = 1"}
Entry = TypeVar("Entry", LearnerEntry, GeneratorEntry)
PATIENTS = "patients"
PROPER_NAMES = ("Bayes", "Bernoulli", "Fourier", "Gaussian", "Poisson")  # first words that stay capital


@dataclass(frozen=True)
class Names:
    """Display names of a run's tasks, learners, generators and controls, in the order of the page.

    A name that is not among them is shown with spaces for underscores, behind those that are.

    Attributes
    ----------
    tasks : dict of str to str
        Label by name.
    learners : dict of str to LearnerEntry
    generators : dict of str to GeneratorEntry
    controls : dict of str to ControlEntry
    people : str
        What sentences call those that the rows are about, in the plural: not patients in a table of the user's own.
    """

    tasks: Mapping[str, str] = field(default_factory=dict)
    learners: Mapping[str, LearnerEntry] = field(default_factory=dict)
    generators: Mapping[str, GeneratorEntry] = field(default_factory=dict)
    controls: Mapping[str, ControlEntry] = field(default_factory=dict)
    people: str = PATIENTS

    @classmethod
    def of_run(
        cls,
        tasks: Mapping[str, str],
        learners: Mapping[str, Mapping[str, Any]],
        generators: Mapping[str, Mapping[str, Any]],
        *,
        brought_learners: Iterable[Mapping[str, Any]] = (),
        brought_generators: Iterable[Mapping[str, Any]] = (),
        labels: Mapping[str, str] | None = None,
        people: str = PATIENTS,
        strategies: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Names:
        """Take from the catalogue what a run uses; controls come in whole.

        Parameters
        ----------
        tasks : dict of str to str
            Label by name.
        learners, generators : dict of str to dict
            The parameters in use by name.
        brought_learners, brought_generators : iterable of mapping
            Entries that the configuration brings; see `learners.entries` and `generators.entries`.
        labels : dict of str to str, optional
            What the configuration calls names of the catalogue.
        people : str
            See `Names`.
        strategies : dict of str to dict
            Of the generators that are others (``of``) with a strategy (``name``, ``params``); they stand behind these.

        Raises
        ------
        KeyError
            If a name is neither in the catalogue nor brought.
        InputError
            If two learners, or two generators, have the same label.
        """
        known_learners = _relabelled(learner_entries.entries(brought_learners), labels or {})
        known_generators = _relabelled(generator_entries.entries(brought_generators), labels or {})
        known_generators = _with_strategies(known_generators, strategies or {})
        names = cls(
            tasks=dict(tasks),
            learners={name: replace(known_learners[name], params=dict(learners[name])) for name in learners},
            generators={
                entry.name: entry
                for entry in with_looks(
                    replace(known_generators[name], params=dict(generators[name])) for name in generators
                )
            },
            controls=control_entries.entries(),
            people=people,
        )
        names._check_labels()
        return names

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Names:
        """Undo `to_params`."""
        return cls(
            tasks=dict(params["tasks"]),
            learners={name: LearnerEntry(**entry) for name, entry in params["learners"].items()},
            generators={name: GeneratorEntry(**entry) for name, entry in params["generators"].items()},
            controls={name: ControlEntry(**entry) for name, entry in params["controls"].items()},
            people=params["people"],
        )

    def to_params(self, *, parameters: bool = False) -> dict[str, Any]:
        """Plain mappings, as a rule passes them to its script.

        Parameters
        ----------
        parameters : bool
            Whether parameters of learners and generators go along; a rule that shows none should not rerun for them.
        """
        plain = asdict(self)
        if not parameters:
            bare: dict[str, Any] = {"class_path": "", "settings": "", "parameters": {}, "params": {}}
            bare |= {"cost": "", "needs": ()}
            for kind in ("learners", "generators"):
                plain[kind] = {
                    name: {**entry, **{key: value for key, value in bare.items() if key in entry}}
                    for name, entry in plain[kind].items()
                }
        return plain

    def task(self, name: str) -> str:
        """Label of a task."""
        return self.tasks.get(name, name)

    def learner(self, name: str) -> str:
        """Label of a learner."""
        return self._learner(name).label

    def in_sentence(self, name: str) -> str:
        """Label of a learner within a sentence: a first word that is no name or abbreviation begins in lower case."""
        label = self.learner(name)
        first = label.split(maxsplit=1)[0]
        as_written = first.partition("-")[0] in PROPER_NAMES or any(letter.isupper() for letter in first[1:])
        return label if as_written else label[:1].lower() + label[1:]

    def generator(self, name: str) -> str:
        """Label of a generator, or of the control of that name."""
        if name not in self.generators and name in self.controls:
            return self.controls[name].label
        return self._generator(name).label

    def control(self, name: str) -> str:
        """Label of a control."""
        return self.controls[name].label if name in self.controls else _spaced(name)

    def short(self, recipe: str) -> str:
        """Name a recipe, or what it is compared with, where there is little room; a generator by its label."""
        if recipe in self.generators or recipe in SIZE_ONE:
            return SIZE_ONE.get(recipe) or self.generator(recipe)
        control = STANDS_FOR.get(recipe, recipe)
        return self.controls[control].short if control in self.controls else _spaced(recipe)

    def colour(self, generator: str) -> str:
        """Colour of a generator."""
        return self._generator(generator).colour

    def raw_at_zero(self, generator: str) -> bool:
        """Whether a generator's fit without synthetic rows is that to the raw data."""
        return self._generator(generator).raw_at_zero

    def largest(self, generator: str) -> float:
        """Largest multiplier that a generator supports."""
        return self._generator(generator).largest

    def adds_rows_alone(self, generator: str) -> bool:
        """Whether synthetic rows are added to all real rows and count as much."""
        return self._generator(generator).strategy == strategy_entries.OVERSAMPLE

    @property
    def marked_controls(self) -> dict[str, str]:
        """Marker of each control whose level figures mark."""
        return {name: entry.marker for name, entry in self.controls.items() if entry.marker}

    @property
    def has_own_tables(self) -> bool:
        """Whether the rows come from tables of the user's own, about whose origin nothing is known."""
        return self.people != PATIENTS

    def learner_named(self, label: str) -> str:
        """Undo `learner`."""
        known = {entry.label: name for name, entry in self.learners.items()}
        return known.get(label, label.lower().replace(" ", "_"))

    def has_oracle(self, learner: str) -> bool:
        """Whether the excess risk of a learner is known."""
        return self._learner(learner).oracle

    def is_linear(self, learner: str) -> bool:
        """Whether a learner's score is linear in the features."""
        return self._learner(learner).linear

    def risk_metric(self, learner: str) -> str:
        """Metric that judges a learner; see `LearnerEntry.risk_metric`."""
        return self._learner(learner).risk_metric

    def risk(self, learner: str) -> str:
        """Label of `risk_metric`."""
        return self.metric(self.risk_metric(learner))

    def loss_unit(self, learner: str) -> str:
        """Return the unit of a learner's loss; empty if unknown."""
        return self._learner(learner).loss

    def metric(self, name: str) -> str:
        """Label of a metric, without unit."""
        entries = metric_entries.entries()
        return entries[name].label if name in entries else _spaced(name)

    def metric_with_unit(self, metric: str, learner: str) -> str:
        """Axis label of a metric of a learner."""
        entries = metric_entries.entries()
        unit = entries[metric].unit if metric in entries else ""
        if unit == "loss":
            return self.with_unit(self.metric(metric), learner)
        return f"{self.metric(metric)} ({unit})" if unit else self.metric(metric)

    def with_unit(self, quantity: str, learner: str) -> str:
        """Put the unit of the learner's loss behind a quantity."""
        unit = self.loss_unit(learner)
        return f"{quantity} ({unit})" if unit else quantity

    def learner_order(self, found: Iterable[str]) -> list[str]:
        """Order the learners of a table: those of the run in its order, then others by name."""
        return _ordered(found, self.learners)

    def generator_order(self, found: Iterable[str]) -> list[str]:
        """Order the generators of a table: those of the run in its order, then others by name."""
        return _ordered(found, self.generators)

    @property
    def generator_labels(self) -> dict[str, str]:
        """Label by name."""
        return {name: entry.label for name, entry in self.generators.items()}

    @property
    def learner_labels(self) -> dict[str, str]:
        """Label by name."""
        return {name: entry.label for name, entry in self.learners.items()}

    @property
    def control_labels(self) -> dict[str, str]:
        """Label by name."""
        return {name: entry.label for name, entry in self.controls.items()}

    @property
    def references(self) -> dict[str, str]:
        """What a size is compared with, in the order of the page: words by name."""
        return {name: self.short(name) for name in REFERENCES}

    def _check_labels(self) -> None:
        for kind, labels in (("classifiers", self.learner_labels), ("generators", self.generator_labels)):
            first: dict[str, str] = {}
            for name, label in labels.items():
                other = first.setdefault(" ".join(label.split()).casefold(), name)
                if other != name:
                    raise InputError(
                        f"experiment.{kind}: {other!r} and {name!r} are both labelled {label!r}; give one another label"
                    )

    def _learner(self, name: str) -> LearnerEntry:
        # Nothing is known of the loss of a learner that the run does not name.
        return self.learners.get(name) or LearnerEntry(name, _spaced(name), "", loss="")

    def _generator(self, name: str) -> GeneratorEntry:
        if name in self.generators:
            return self.generators[name]
        # One that only strategies draw from, or unknown to the run: a colour that none of its own has.
        labels = {entry.of: entry.of_label for entry in self.generators.values() if entry.of}
        other = GeneratorEntry(name, labels.get(name, _spaced(name)), "")
        return with_looks([*self.generators.values(), other])[-1]


def _ordered(found: Iterable[str], known: Iterable[str]) -> list[str]:
    names = set(found)
    first = [name for name in known if name in names]
    return first + sorted(names - set(first))


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _relabelled(entries: Mapping[str, Entry], labels: Mapping[str, str]) -> dict[str, Entry]:
    return {name: replace(entry, label=labels.get(name, entry.label)) for name, entry in entries.items()}


def _with_strategies(
    entries: Mapping[str, GeneratorEntry], strategies: Mapping[str, Mapping[str, Any]]
) -> dict[str, GeneratorEntry]:
    """Add an entry for each generator with a strategy, without a colour of its own."""
    known = strategy_entries.entries()
    made = dict(entries)
    for name, given in strategies.items():
        base, strategy = entries[given["of"]], known[given["name"]]
        label, words = (text.format(**given["params"]) for text in (strategy.label, strategy.words))
        made[name] = replace(
            base,
            name=name,
            label=f"{base.label}, {label}",
            words=f"{base.words}; its rows are {words}" if base.words else f"its rows are {words}",
            colour="",
            strategy=strategy.name,
            raw_at_zero=strategy.raw_at_zero,
            largest=strategy.largest,
            of=base.name,
            of_label=base.label,
        )
    return made
