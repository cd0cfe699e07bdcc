"""Ground floor: poll, fetch, decode, read, decide, store, enqueue."""
