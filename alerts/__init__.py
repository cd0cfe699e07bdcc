"""First floor: what the world sees."""
