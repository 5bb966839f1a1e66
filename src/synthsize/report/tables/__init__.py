"""Result tables with display names, in the order of the page."""
