"""What an auditor checks a pack with: two files that need nothing of this package."""
