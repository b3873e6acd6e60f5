"""Download recordings of articles, and play them with programs of the user."""
