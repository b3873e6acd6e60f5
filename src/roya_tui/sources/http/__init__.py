"""HTTP: conditional requests, credentials, proxies, robots.txt and error messages."""
