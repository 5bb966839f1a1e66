"""Result tables in the words and the order that a reader meets."""
