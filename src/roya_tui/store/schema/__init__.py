"""Migrations, and the counters that triggers keep."""
