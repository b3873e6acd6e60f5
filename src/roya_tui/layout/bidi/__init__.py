"""Bidirectional text: UAX #9, Arabic shaping, isolates and terminal modes."""
