"""How things are said, in Chinese and in English. Pure."""
