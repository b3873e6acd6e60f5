"""Accounts: what is subscribed and marked here, on the server, and not yet on both."""
