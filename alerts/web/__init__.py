"""What the world reads over HTTP: pages, feeds, JSON API. No assets from elsewhere.

`app.create_app(settings, store)` puts it together, server.py serves it.
"""
