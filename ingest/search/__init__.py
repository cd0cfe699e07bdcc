"""What is found in texts, and where: folding, tokens, what is asked, the sentence to show. Pure.

The index is ingest/store/text_index.py, what is in it and read from it ingest/store/search.py.
"""
