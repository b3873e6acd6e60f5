"""Which articles from several sources are about the same story."""
