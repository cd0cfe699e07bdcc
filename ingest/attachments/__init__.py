"""Attachments: bytes to lines of text, and which link of a page leads to the report. No network, no database.

    kind_of(raw, name, content_type)        what the bytes are, by the bytes
    read_attachment(raw, name, …)           a file, or that in an archive, to lines, in a process of its own
    file_name(…)                            what the file is called: data, never a path

Which links of a page lead to a report is links.py, imported by itself: the process that reads a file loads
the page room only for a page in a .docx. Fetching is web/; what becomes of the lines is ingest/reading.py.
"""
