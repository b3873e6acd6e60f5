"""Accounts on servers: send pending changes, then read what changed there."""
