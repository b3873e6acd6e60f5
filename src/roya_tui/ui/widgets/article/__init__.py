"""The widgets that show an article or its changes."""
