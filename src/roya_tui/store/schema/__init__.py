"""The schema: its migrations, and the counts that triggers keep."""
