"""The commands: one function for each, loaded when it is asked for."""
