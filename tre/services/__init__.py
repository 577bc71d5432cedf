"""One service a stage: what people may ask of an installation. They join the pure stages to the adapters."""
