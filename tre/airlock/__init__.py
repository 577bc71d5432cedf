"""How an output leaves: submit, check, review, release. There is no other way out."""
