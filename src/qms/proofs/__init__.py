"""What can be proven to a stranger: trees of hashes, signatures, checkpoints, witnesses."""
