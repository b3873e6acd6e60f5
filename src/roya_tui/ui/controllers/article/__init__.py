"""The controllers of the current article, its links and pages, and of selected articles."""
