"""Events as Atom, RSS and JSON Feed, their archives, and who is told of a new entry."""
