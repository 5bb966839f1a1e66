"""The sources whose reading is measured."""

from __future__ import annotations

from large_tables import challenge2012, eicu, meds, mimic3, mimic4, omop

SHAPES = {
    "mimic3": mimic3.SHAPE,
    "mimic4": mimic4.SHAPE,
    "eicu": eicu.SHAPE,
    "challenge2012": challenge2012.SHAPE,
    "meds": meds.SHAPE,
    "omop": omop.SHAPE,
}
