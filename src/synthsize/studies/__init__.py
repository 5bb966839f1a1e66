"""Simulation studies of the papers behind the benchmark: one module each, beside the known answers.

A module here is a study. It holds

- ``ENTRY``, a literal that says what the study is and which settings it has (`engine.entry` describes its keys);
- ``replicate(settings, seed)``, the rows of one repetition;
- ``theory(settings)``, closed forms for some of the same cells (may be empty);
- ``references(settings)``, published values to compare with;
- ``draw(table, settings)``, the figure;
- ``verdict(table, settings)``, one sentence with the number that decides.

A new study is a new file. What studies share is in `engine`.
"""
