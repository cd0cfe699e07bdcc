"""OCR: scans to text with how sure the engine is of each character, in a process of its own. An extra.

    recognise(raw, name, limits)    a scanned PDF or .ofd, a picture -> its pages, each with its picture
    engine()                        which engine is there; ConfigError says what to install

What is made of the text is ingest/reading.py; which scans wait, ingest/store/scans.py.
"""
