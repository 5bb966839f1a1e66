"""What there is to choose from, by name: generators, learners, controls, metrics, variables and figures.

One module per kind, each with a function `entries`. Nothing here imports more than the standard library, so that the
workflow can read the catalogue at every start.
"""
