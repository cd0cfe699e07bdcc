"""Two texts side by side: fingerprints, overlap, how one relates to the other, what differs. Pure."""
