"""What the world reads over HTTP: pages, feeds, JSON API. Read-only, synchronous, no assets from elsewhere.

`create_app(settings, store)` is the only public name.
"""

from alerts.web.app import create_app

__all__ = ["create_app"]
