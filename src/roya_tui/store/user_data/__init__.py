"""What you did: marks, tags, notes, stories, and the journal behind undo and redo."""
