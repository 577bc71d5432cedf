"""The check of any file or folder: a private copy, the limited worker that reads it, and one report."""
