"""What `article_page` and `discover` need to read web pages."""
