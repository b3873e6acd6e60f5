"""Accounts: their subscriptions, the ids of their articles, and changes that are not on the server yet."""
