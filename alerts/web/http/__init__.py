"""What every address has in common: problems, access, limits, conditional answers."""
