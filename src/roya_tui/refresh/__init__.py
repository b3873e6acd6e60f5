"""Fetch sources, save their articles, and discover feeds.

`runner.run` refreshes, `discovery.probe` and `discovery.discover` read what the user wants to add.
"""
