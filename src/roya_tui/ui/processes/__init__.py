"""The programs and worker processes that the screen starts."""
