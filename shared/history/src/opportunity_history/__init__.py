"""What happened to an opportunity, told in words and in data: one telling for every service."""
