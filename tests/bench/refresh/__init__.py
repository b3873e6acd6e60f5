"""Refreshing on loopback, beside newsboat: see tests/bench/README.md."""
