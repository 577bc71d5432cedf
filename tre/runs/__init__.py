"""How an output came to be: templates, parameters, one sandboxed execution and its provenance."""
