"""The only SQL: plain functions over a connection, values in, values out."""
