"""JSON Feed and JSON news APIs."""
