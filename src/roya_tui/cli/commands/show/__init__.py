"""The command show: articles, and what changed in them."""
