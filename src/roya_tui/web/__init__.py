"""The app in a browser: `roya-tui serve`, one app process for each visitor."""
