"""How fast it is: each figure beside what one would otherwise use, or beside the limit itself."""
