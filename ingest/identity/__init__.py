"""Which report is this: normal form and content hash, region, kind and year, relation, decision. Pure.

Takes what page/ read, says what it is; what is done about it is pipeline.py.
"""
