"""The fits of `balance` on repeated splits of each task's analysis table, as tidy rows."""
