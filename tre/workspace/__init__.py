"""Programs that run inside a sandbox. What they write is read outside as an adversary's words."""
