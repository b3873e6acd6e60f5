"""Articles: reading them, saving entries, and the full-text index."""
