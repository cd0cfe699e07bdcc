"""The families of sites (CMS and theme): how each prints, numbers and names what it publishes. Pure data.

What one site adds or does differently stands in its own file (spec.py). Which family a site belongs to is
recognise.py; how a list in each form is read is page/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ingest.model import ArticleLayout, ListLayout, SourceKind
from ingest.page.json_lists import JsonLayout
from ingest.page.pagination import Paging, Style
from ingest.page.urls import ARTICLE_ADDRESS


class Form(StrEnum):
    """In what form a list comes."""

    HTML = "html"  # also HTML inside XML records (Hanweb)
    JSON = "json"  # also JSONP, and HTML where a server of the family sends that instead
    FEED = "feed"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True)
class Family:
    """What all sites of a family have in common. `kind`: what they are when their file does not say."""

    name: str
    about: str
    form: Form = Form.HTML
    list: ListLayout = field(default_factory=ListLayout)
    json: JsonLayout = field(default_factory=JsonLayout)
    article: ArticleLayout = field(default_factory=ArticleLayout)
    paging: Paging = field(default_factory=Paging)
    kind: SourceKind | None = None


# In Guangxi and Hainan without the day: /t6555152.html.
_TRS_ARTICLE = r"/t(?:(?:19|20)\d{6}_)?\d+\.s?html?$"
# In Heilongjiang /202602/c00_31917306.shtml, in Gansu /202602/174279543.shtml.
_UCAP_ARTICLE = r"/(?:\d{4}/\d{1,2}/\d{1,2}|\d{6})/(?:[0-9a-f-]{32,36}|c\d\d_\d+|\d{6,12})\.s?html?$"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

_ALL = (
    Family(
        "plain",
        "any list page whose links stand alike with dates beside them",
        list=ListLayout(likely=ARTICLE_ADDRESS.pattern),
    ),
    Family(
        "trs",
        "TRS WCM: /202402/t20240205_123.html or /t123.html, index_1.html",
        list=ListLayout(likely=_TRS_ARTICLE),
        article=ArticleLayout(
            body_hint="div.trs_editor_view, div.TRS_UEDITOR, div.TRS_Editor, div.Custom_UnionStyle"
        ),
        paging=Paging(Style.SUFFIX),
    ),
    Family(
        "zwxl",
        "TRS WCM with the theme of Chongqing's departments and districts: table.zwxl-table",
        list=ListLayout(likely=_TRS_ARTICLE),
        article=ArticleLayout(body_hint="div.zwxl-article, div.zwxl-main, div.trs_paper_default"),
        paging=Paging(Style.SUFFIX),
    ),
    Family(
        "hanweb",
        "Hanweb JCMS: /art/2024/2/5/art_7_22.html, lists by dataproxy.jsp or /col/col7/index.html",
        list=ListLayout(likely=r"/art/(?:19|20)\d\d/(?:\d{1,2}/\d{1,2}/)?art_\w+\.html?$"),
        article=ArticleLayout(body_hint="#zoom, div.article-content, div.bt_content, div.Custom_UnionStyle"),
        paging=Paging(Style.RECORDS),
    ),
    Family(
        "jpaas",
        "Hanweb jpaas: JSON of policies (data.list), or JSON around the list's HTML (data.html)",
        form=Form.JSON,
        list=ListLayout(likely=r"/art/(?:19|20)\d\d/(?:\d{1,2}/\d{1,2}/)?art_\w+\.html?$"),
        json=JsonLayout(
            items=("data.list", "data.records"),
            url=("url", "linkUrl", "/jpaas-jpolicy-web-server/front/info/detail?iid={iid}"),
            title=("title",),
            date=("publishDate", "publish_date", "publishTime"),
            html=("data.html", "html"),
        ),
        paging=Paging(Style.QUERY),
    ),
    Family(
        "pc",
        "Hanweb jpaas as pages: /zfgzb/pc/list.html, /zfgzb/pc/content/content_1887872961090985984.html",
        list=ListLayout(likely=r"/pc/content/(?:\d+/)?content_\d+\.html?$"),
        article=ArticleLayout(body_hint="#zoom, div.bt-article-02, div.article-content"),
    ),
    Family(
        "lonsun",
        "Longsun (Anhui): /public/column/1681?catId=…, /public/1681/565495721.html, /content/article/7",
        list=ListLayout(likely=r"/public/\d+/\d+\.html?$|/content/article/\d+$"),
        article=ArticleLayout(body_hint="div.j-fontContent, div.wzcon, div.gzk-article"),
        paging=Paging(Style.QUERY),
    ),
    Family(
        "openness",
        "the disclosure platform /Openness: lists /OpennessContent/showList/784/34502/page_1.html",
        list=ListLayout(likely=r"(?i)/openness\w*/(?:show|detail)\w*/(?:\d+/)*\d+(?:\.html?)?$"),
    ),
    Family(
        "columns",
        "sites of Hebei: /columns/<uuid>/202602/10/<uuid>.html",
        list=ListLayout(likely=rf"/\d{{6}}/\d\d/{_UUID}\.html?$"),
        article=ArticleLayout(body_hint="div.incontent, div.xxgk_gfxwjk-xqy-neir, #zoom"),
    ),
    Family(
        "idfolder",
        "a folder an article (Liaoning, Inner Mongolia): /zfgzbg/2026020108425256544/index.shtml",
        list=ListLayout(likely=r"/(?:[0-9A-F]{32}|\d{16,20})/$"),
    ),
    Family(
        "gkmlpt",
        "the disclosure platform of Guangdong: /gkmlpt/api/all/0?page=1&sid=…, JSON",
        form=Form.JSON,
        json=JsonLayout(
            items=("articles", "data.articles"),
            url=("url", "post_url"),
            title=("title",),
            date=("display_publish_time", "created_at", "create_time"),
        ),
        article=ArticleLayout(body_hint="div.article-content"),
        paging=Paging(Style.QUERY),
    ),
    Family(
        "nfcms",
        "NFCMS (Guangdong): /content/post_123.html, index_2.html",
        list=ListLayout(likely=r"/(?:content/)?m?post_\d+\.html$|/content/.*\d+\.html$"),
        article=ArticleLayout(body_hint="div.news_cont_d_wrap, #zoomcon, div.article-content"),
        paging=Paging(Style.SUFFIX, second=2),
    ),
    Family(
        "ucap",
        "UCAP: /common/search/<id>?page=1 and the like, JSON or HTML",
        form=Form.JSON,
        list=ListLayout(likely=_UCAP_ARTICLE),
        json=JsonLayout(
            items=("data.results", "results", "page.list", "data.list"),
            url=("url",),
            title=("title", "subTitle", "name"),
            date=("publishedTime", "publishedTimeStr", "pubDate", "publishTime"),
            html=("data.html",),
        ),
        article=ArticleLayout(body_hint="#UCAP-CONTENT, ucapcontent, #cmsArticleContent, #zoom"),
        paging=Paging(Style.QUERY),
    ),
    Family(
        "was5",
        "TRS WAS5 search: /was5/web/search?…&page=1, JSON",
        form=Form.JSON,
        json=JsonLayout(
            items=("docs", "datas", "data.docs"),
            url=("url", "docpuburl"),
            title=("title", "doctitle"),
            date=("time", "pubdate", "docreltime"),
        ),
        paging=Paging(Style.QUERY),
    ),
    Family(
        "igs",
        "TRS IGS search: /igs/front/search/list.html?…&pageNumber=1, JSON",
        form=Form.JSON,
        json=JsonLayout(
            items=("page.content", "data.page.content"),
            url=("DOCPUBURL", "url"),
            title=("DOCTITLE", "BT", "title"),
            date=("PUBDATE", "FBRQ", "DOCRELTIME"),
        ),
        paging=Paging(Style.QUERY),
    ),
    Family(
        "govcn",
        "gov.cn: a JSON file that is one array of {URL, TITLE, DOCRELPUBTIME}",
        form=Form.JSON,
        json=JsonLayout(items=("",), url=("URL",), title=("TITLE",), date=("DOCRELPUBTIME",)),
        article=ArticleLayout(body_hint="#UCAP-CONTENT, div.pages_content"),
    ),
    Family(
        "json",
        "any JSON or JSONP list: the source file says under [json] where its items are",
        form=Form.JSON,
        paging=Paging(Style.QUERY),
    ),
    Family("discuz", "Discuz! boards, X and 7", kind=SourceKind.FORUM),
    Family(
        "repost",
        "sites that republish work reports: /baogao/<region>/<id>.html, pages as <id>_2.html",
        list=ListLayout(likely=r"/[a-z]{2,12}/(?:[a-z]{2}/)?\d+\.html$"),
        kind=SourceKind.REPOST,
    ),
    Family("feed", "an RSS or Atom feed", form=Form.FEED),
    Family("sitemap", "a sitemap (sitemaps.org); needs url_pattern", form=Form.SITEMAP),
)

FAMILIES: Mapping[str, Family] = {family.name: family for family in _ALL}
