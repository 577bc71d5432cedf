"""What texts give away beside personal data: secrets, and paths that name people."""
