"""What all studies share: entries, blocks of replicates, summaries, references, figures, the page."""
