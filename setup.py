"""The long description of the package. All else is in pyproject.toml.

It is README.md with every link made absolute: a package index shows it without the files beside it.
"""

import re
from pathlib import Path

from setuptools import setup

PAGES = "https://github.com/gongbao/gongbao/blob/main/"
IMAGES = "https://raw.githubusercontent.com/gongbao/gongbao/main/"


def _absolute(link: re.Match[str]) -> str:
    return f"{link[1]}{IMAGES if link[1].startswith('!') else PAGES}{link[2]})"


readme = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
setup(
    long_description=re.sub(r"(!?\[[^\]]*\]\()(?!https?:|#)([^)]+)\)", _absolute, readme),
    long_description_content_type="text/markdown",
)
