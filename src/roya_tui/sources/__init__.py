"""From the world's bytes to entries."""
