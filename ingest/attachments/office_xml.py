"""Drive a handler over one XML part of an Office container: no tree, no DTD, no entities. Pure.

What the parts say is docx.py, styles.py, numbering.py and xlsx.py.
"""

from __future__ import annotations

from xml.sax import ContentHandler, SAXException
from xml.sax.xmlreader import AttributesImpl, InputSource

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from ingest.attachments.container import Counted
from ingest.errors import NotADocument


def parse(stream: Counted, handler: ContentHandler, what: str) -> None:
    """A DTD, an entity or broken XML is a NotADocument."""
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    source = InputSource()
    source.setByteStream(stream)
    try:
        parser.parse(source)
    except DefusedXmlException as exc:
        raise NotADocument(f"{what}: it has a DTD or entities ({exc}); no Office file needs them") from exc
    except (SAXException, UnicodeError, LookupError) as exc:
        raise NotADocument(f"{what}: its XML is broken ({exc}); fetch it again") from exc


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def value(attributes: AttributesImpl, name: str) -> str | None:
    """The attribute of that name, whatever its prefix."""
    for key in attributes.getNames():
        if local(key) == name:
            return attributes.getValue(key)
    return None


def is_on(attributes: AttributesImpl) -> bool:
    """Whether a property that may be switched off (w:vanish) is on."""
    return value(attributes, "val") not in ("0", "false", "off")
