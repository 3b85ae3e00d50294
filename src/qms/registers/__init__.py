"""What is controlled: one room per register, all pure."""
