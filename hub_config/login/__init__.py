"""Who may log in, and which workspaces they may open."""
