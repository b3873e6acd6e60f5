"""Sources: subscriptions, folders, labels, checks and status."""
