"""Search: queries compiled to SQL, their results and counts, saved searches."""
