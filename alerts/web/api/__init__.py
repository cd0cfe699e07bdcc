"""The JSON API and the stream."""
