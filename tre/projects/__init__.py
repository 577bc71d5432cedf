"""Who may see which part: projects, their people, their views and their workspaces."""
