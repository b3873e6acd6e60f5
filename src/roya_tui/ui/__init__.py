"""The terminal interface: the only package that imports Textual."""

from __future__ import annotations

import os

FRAMES = 200
"""Frames per second that Textual may draw. With its default of 60, the effect of a key waits up to 33 ms."""

os.environ.setdefault("TEXTUAL_FPS", str(FRAMES))  # Textual reads it once, when it is imported
