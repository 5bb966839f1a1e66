"""The names of a made-up run."""

from collections.abc import Iterable, Mapping
from typing import Any

from synthsize.catalogue import generators, learners
from synthsize.catalogue.names import Names


def names_of(
    tasks: Mapping[str, str],
    *,
    brought_learners: Iterable[Mapping[str, Any]] = (),
    brought_generators: Iterable[Mapping[str, Any]] = (),
    strategies: Mapping[str, Mapping[str, Any]] | None = None,
) -> Names:
    """Names of a run of these tasks with every learner and generator of the catalogue, and those that are brought.

    `strategies` name further generators, as `Names.of_run` takes them.
    """

    def defaults(entries):
        return {
            name: {key: schema["default"] for key, schema in entry.parameters.items()}
            for name, entry in entries.items()
        }

    brought_learners, brought_generators = list(brought_learners), list(brought_generators)
    return Names.of_run(
        tasks,
        defaults(learners.entries(brought_learners)),
        {**defaults(generators.entries(brought_generators)), **{name: {} for name in strategies or {}}},
        brought_learners=brought_learners,
        brought_generators=brought_generators,
        strategies=strategies,
    )
