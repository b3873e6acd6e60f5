"""All SQL of the app: plain functions that take a connection."""
