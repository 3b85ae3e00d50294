"""The checks that verification is made of: one room for each family, all on the same walk."""
