"""What `opml` needs to read and write lists of subscriptions."""
