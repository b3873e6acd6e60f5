"""Widgets: they show values and post messages, and know neither controllers nor screens."""
