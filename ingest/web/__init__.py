"""The network: ask for a page politely, take no harm from the answer, keep what came.

`Web` is the whole road (robots.txt, pace, fetch, archive); `Fetcher` one fetch; `guarded_transport` an
httpx transport that refuses private addresses, for webhooks as well; `check_url` and `check_address`
ask the guard beforehand; `Archive` the WARC files.
"""
