"""The proof: entries, tree and verification. Needs neither SQL nor git."""
