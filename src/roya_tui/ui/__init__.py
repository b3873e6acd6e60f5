"""The screen: Textual, and nothing else imports it."""

from __future__ import annotations

import os

FRAMES = 200
"""How often a second Textual may draw. With its own 60 what a key led to waits up to 33 ms behind the letter typed."""

os.environ.setdefault("TEXTUAL_FPS", str(FRAMES))  # Textual reads it once, when the first of it is imported
