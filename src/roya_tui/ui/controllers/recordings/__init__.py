"""What keys do with recordings: play and download."""
