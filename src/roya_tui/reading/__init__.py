"""From stored HTML to what a person reads: pure functions, no I/O."""
