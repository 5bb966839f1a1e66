"""The page, section by section; its tables as files; the headline."""
