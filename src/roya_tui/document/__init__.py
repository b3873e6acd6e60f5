"""HTML → `Document`: the text, links and pictures of an article, without any layout."""
