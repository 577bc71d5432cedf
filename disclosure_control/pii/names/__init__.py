"""People's names in text: a language model, the words that announce names, and lists of names, ranked by allow-lists."""
