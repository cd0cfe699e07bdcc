"""Text -> targets: what a report promises for its year, and what it says was reached. Pure.

`extract` is the room's one door; the vocabulary is data (ingest/indicators/).
"""
