"""Bytes to facts: charset, list page, article, header block, thread, plain text. Pure: no network, no clock.

What a page says is here; which report it is, is identity/.

    decode(raw, content_type)       bytes -> text, whatever charset was declared
    parse_page(html, url)           text -> ParsedPage, which the readers of a page share
    blocked(page)                   the name of the wall, where a block page came instead of the page
    read_list(html, url, layout)    a list page -> its items
    read_page(page, layout)         an article or a Discuz thread -> Article
    read_text(text)                 a page saved as plain text -> Article
    canonical_url(url, base)        the one spelling of an address
    parse_date(text)                the day that a text prints
"""
