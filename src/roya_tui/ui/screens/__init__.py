"""Full screens above the main screen; each is loaded when it is first opened."""
