"""The checks of `synthsize check-source`: the contract of a source, and the plausibility of its data."""
