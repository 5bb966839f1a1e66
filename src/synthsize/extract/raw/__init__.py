"""Where the raw tables lie, and the views that read them from files."""
