"""Small modals, one a file."""
