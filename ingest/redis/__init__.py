"""Redis: the private server of a machine that has none, and the clients of any."""
