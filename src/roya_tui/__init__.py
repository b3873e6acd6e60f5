"""A terminal news reader: always instant, offline, and honest about what changed."""

__version__ = "0.1.0"
