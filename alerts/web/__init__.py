"""What the world reads over HTTP: pages, feeds, JSON API. Synchronous, no assets from elsewhere.

`create_app(settings, store)` is the only public name.
"""
