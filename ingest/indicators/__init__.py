"""What is promised: the indicators by id, label and spelling. Pure."""
