"""When to look again, what is wrong with a source, when a report is late. Pure."""
