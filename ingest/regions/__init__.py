"""The places of China: codes, names, which lies in which. Pure."""
