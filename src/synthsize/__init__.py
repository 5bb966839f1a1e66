"""Whether synthetic oversampling helps on intensive-care data, and how much of it to add.

The packages, in the order of the data: `extract` (raw EHR tables to canonical tables), `tasks`
(canonical tables to one analysis table per task), `benchmark` (repeated splits over what `balance` fits), `statistics`
(result rows to intervals and comparisons) and `report`. `balance` is the library on plain arrays; `simulate` writes the
default, simulated extract; `studies` repeats published simulations.
"""

__version__ = "0.1.0"
