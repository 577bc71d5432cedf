"""Every rule that a finding can name."""
