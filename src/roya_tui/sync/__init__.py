"""Accounts on servers: send pending changes, then read what changed on the server."""
