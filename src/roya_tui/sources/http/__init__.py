"""What `fetch` needs to ask politely and safely, and to tell what went wrong."""
