"""The databases that the simulated hospital can be written as: a module each, named as the source that reads it.

Nothing is imported here: the workflow reads `names` at every start, which needs no NumPy.
"""
