"""Primary and secondary cell suppression."""
