"""Web pages: the feeds they offer, and the article on them."""
