"""Text -> targets: what a report promises for its year, and what it says was reached. Pure.

`extract` is the room's one door; the vocabulary is data (indicators.toml).
"""

from workers.targets.extract import EXTRACTOR, extract
from workers.targets.vocabulary import Indicator, Vocabulary, indicator_ids, indicator_label, load_vocabulary

__all__ = [
    "EXTRACTOR",
    "Indicator",
    "Vocabulary",
    "extract",
    "indicator_ids",
    "indicator_label",
    "load_vocabulary",
]
