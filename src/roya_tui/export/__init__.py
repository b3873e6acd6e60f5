"""Articles as files and for other programs: HTML, EPUB, Markdown, plain text, speech."""
