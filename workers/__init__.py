"""First floor: what the queue runs."""
