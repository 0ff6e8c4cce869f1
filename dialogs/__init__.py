"""What is said: scripts, phrases and the pure function that takes a turn."""
