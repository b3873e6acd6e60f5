"""`Document` and width → lines ready to be drawn."""
