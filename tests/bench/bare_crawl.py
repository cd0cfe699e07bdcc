"""Scrapy over the addresses of the command line's file: fetch and select, nothing else. A program of its own.

road.py runs it in an environment of its own, for nothing else here needs Scrapy. Prints the processor time of
its process after each page, in seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess


class Crawl(scrapy.Spider):
    name = "bare"
    urls: list[str]
    custom_settings = {  # noqa: RUF012 (so Scrapy has it)
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    }

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:
            yield scrapy.Request(url)

    def parse(self, response: Any) -> Any:
        title = response.css("title::text").get()
        text = "".join(response.css("body ::text").getall())
        print(time.process_time(), len(text), title, flush=True)
        yield {"url": response.url, "title": title, "text": text}


if __name__ == "__main__":
    process = CrawlerProcess()
    process.crawl(Crawl, urls=Path(sys.argv[1]).read_text().split())
    process.start()
