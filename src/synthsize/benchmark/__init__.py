"""Repeated splits of each task's analysis table over what `balance` fits, as tidy rows with their intervals."""
