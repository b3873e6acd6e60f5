"""Your marks, tags, notes and stories, and the journal behind undo and redo."""
