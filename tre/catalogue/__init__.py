"""What data we hold: contracts, ingest, quality, linkage and pseudonyms."""
