"""Export articles as HTML, EPUB, Markdown, plain text and lines for speech."""
