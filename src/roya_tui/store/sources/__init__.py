"""Sources: subscriptions, folders, labels, and how their servers respond."""
