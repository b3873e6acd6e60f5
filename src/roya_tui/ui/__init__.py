"""The screen: Textual, and nothing else imports it."""
