"""The language, read once: numerals, units, folding, words, lines, sentences, clauses."""
