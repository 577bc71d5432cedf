"""JupyterLab in a workspace: its settings, its server, its panel."""
