"""What screens and commands show, computed without a screen."""
