"""What people bring from outside: each file and line is taken, or named with the reason."""
