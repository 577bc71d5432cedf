"""Who did what, provably: event types, the hash chain and its verification."""
