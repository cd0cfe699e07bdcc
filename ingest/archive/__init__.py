"""The archive: every answer as WARC records, on disk or in a bucket, and the way back to one of them."""
