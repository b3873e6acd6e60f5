"""Servers for accounts, one module for each kind."""
