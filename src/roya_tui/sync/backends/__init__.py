"""Backends: a module for each kind of server that an account can be on."""
