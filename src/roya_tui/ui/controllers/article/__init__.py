"""The controllers of the current article: what shows it, its selection, links and pages."""
