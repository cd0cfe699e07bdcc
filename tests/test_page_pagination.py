"""Where a list goes on, in every way that a page or its address can say so."""

# ruff: noqa: E501  (markup as the sites print it)
from __future__ import annotations

import pytest

from ingest.page.pagination import Paging, Style, fill, next_page, sends_form, total_pages
from tests.support.growth import Work, grows_with_size_only

TRS, NFCMS = Paging(Style.SUFFIX), Paging(Style.SUFFIX, second=2)
QUERY, RECORDS, NONE = Paging(Style.QUERY), Paging(Style.RECORDS), Paging()
AT = "http://x.gov.cn/a/"
FORM = "<form name=f id=f {} action='l.jsp?old=1'><input name=k value=县><input type=hidden id=pg name=page value=1></form>"


@pytest.mark.parametrize(
    ("text", "first", "number", "paging", "expected"),
    [
        # a counter in a script
        ('createPageHTML(12, 0, "index", "html");', AT, 2, TRS, AT + "index_1.html"),
        ("createPageHTML(12,1,'index','shtml')", AT + "index.shtml", 3, TRS, AT + "index_2.shtml"),
        ("createPageHTML('pages', 12, 1, 'wjk', 'htm', 232)", AT + "wjk.htm", 2, TRS, AT + "wjk_2.htm"),
        ("createPageHTML('paging',25,1,'index','html',500)", AT, 2, TRS, AT + "index_2.html"),
        ("location.href='?a=7&pageIndex=' + pageIndex;", AT, 2, NONE, AT + "?a=7&pageIndex=2"),
        ("createPageHTML(2, 1, 'index', 'html')", AT, 3, TRS, None),
        ("createPageHTML(1, 0, 'index', 'html')", AT, 2, TRS, None),
        ("createPage(4)", AT + "list.html", 2, TRS, AT + "list_1.html"),
        ("function createPageHTML(_nPageCount, _nCurrIndex) {}", AT, 2, NONE, None),
        ("var countPage = 3;", AT, 2, TRS, AT + "index_1.html"),
        ("var countPage = 3;", AT, 4, TRS, None),
        ("page_div('pages', 1, 12, 'index', 'shtml', 240)", AT, 2, NONE, AT + "index_2.shtml"),
        ("showPages(12, 0, \"list\", \".html\")", AT + "list.html", 3, NONE, AT + "list_2.html"),
        ("showPages(2, 1, 'list', 'html')", AT, 3, TRS, None),
        ("function showPages(all, now, 'list', 'html') {}", AT, 2, NONE, None),
        ("for(var i=1;i<=n;i++){document.write(\"<a href='l_\"+i+\".html'>\"+i+\"</a>\")}", AT, 2, NONE, AT + "l_2.html"),
        ("for (let k = 0; k < n; k++) {s += '<a href=\"l_' + k + '.htm\">' + (k + 1) + '</a>'}", AT, 2, NONE, AT + "l_1.htm"),
        ("for (i = 0; i < n; i++) {s += '<a href=\"l_' + (i + 1) + '.htm\">' + (i+1) + '</a>'}", AT, 2, NONE, AT + "l_2.htm"),
        ("for (i = 0; i < n; i++) {s += '<a href=\"banner_' + i + '.htm\">' + names[i] + '</a>'}", AT, 2, NONE, None),
        ("for (i = 0; i < n; i++) {s += '<a href=\"l_' + ids[i] + '.htm\">'}", AT, 2, NONE, None),
        ("<script>var now = 1;document.write('<a href=\"l_' + (now + 1) + '.html\">下一页</a>')</script>", AT, 2, NONE, AT + "l_2.html"),
        ("<script>document.write('<a href=\"l_' + next + '.html\">下一页</a>')</script>", AT, 2, NONE, None),
        # what the family does
        ("", AT, 2, TRS, AT + "index_1.html"),
        ("", AT, 2, NFCMS, AT + "index_2.html"),
        ("", AT + "index_10960.html", 2, TRS, AT + "index_10960_1.html"),
        ("", AT + "wjk_glrb.html?x=1", 3, TRS, AT + "wjk_glrb_2.html"),
        ("", AT + "nw12344", 2, TRS, None),
        ("", AT, 2, NONE, None),
        # a link
        ('<a href="#">下一页</a><a href="p2.html"><i>下一页</i></a>', AT, 2, NONE, AT + "p2.html"),
        ('<a href="?page=2" rel="next">2</a>', AT, 2, NONE, AT + "?page=2"),
        ('<a href="index_3.html">下页&gt;</a>', AT, 2, TRS, AT + "index_3.html"),
        ('<a href="/next/">下一页的内容更精彩</a>', AT, 2, NONE, None),
        (f'<a href="{AT}">下一页</a>', AT, 2, NONE, None),
        ("<a onclick=\"location.href='index_1.html'\">下一页</a>", AT, 2, NONE, AT + "index_1.html"),
        ("<a>1</a><a href='list_2.html'>2</a><a href='list_3.html'>3</a>", AT, 2, NONE, AT + "list_2.html"),
        ("<a href='?p=1'>2</a>", AT, 2, NONE, AT + "?p=1"),
        ("<a href='/other/2.html'>2</a>", AT, 2, NONE, None),
        ("<a href='index_1.html'>2</a>", AT, 2, TRS, AT + "index_1.html"),
        ("Pager({size:14, current:0, prefix:'index',suffix:'shtml'});", AT, 2, NONE, AT + "index_1.shtml"),
        ("Pager({size:1, current:0, prefix:'index',suffix:'html'});", AT, 2, TRS, None),
        ("<a href='index_1.html'>下 一 页</a>", AT, 2, NONE, AT + "index_1.html"),
        ("<a href='index_1.html'>[下一页]</a>", AT, 2, NONE, AT + "index_1.html"),
        ("<a href='p2'>下一页<i>\ue602</i></a>", AT, 2, NONE, AT + "p2"),
        ("<a href='p2' title='下一页'>&gt;</a>", AT, 2, NONE, AT + "p2"),
        ("<a href='p2' aria-label='Next'><span>»</span></a>", AT, 2, NONE, AT + "p2"),
        ("<a href='p2'><img alt='下一页'></a>", AT, 2, NONE, AT + "p2"),
        ("<a class='btn next' href='p2'><i></i></a>", AT, 2, NONE, AT + "p2"),
        ("<a class='next' href='/a/1.html'>某县政府工作报告</a>", AT, 2, NONE, None),
        ("<div class='nav-previous'><a href='page/2/'>← 较早文章</a></div>", AT, 2, NONE, AT + "page/2/"),
        ("<map><area href='p2' alt='下一页'></map><link>", AT, 2, NONE, AT + "p2"),
        ("<a href='index_1.html'>&lt;</a><a href='index_2.html'>&gt;</a>", AT, 2, NONE, AT + "index_2.html"),
        ("<a href='/news/7.html'>&gt;</a>", AT, 2, NONE, None),
        ("<select><option value='index.html'>1</option><option value='index_1.html'>2</option></select>",
         AT, 2, NONE, AT + "index_1.html"),
        ("var currentPage = 0; var countPage = 5; document.write('<a href=index_' + nextPage + '.shtml>')",
         AT, 2, NONE, AT + "index_1.shtml"),
        ("var currentPage = 1; var countPage = 5; document.write('<a href=index_' + nextPage + '.shtml>')",
         AT, 3, NONE, AT + "index_2.shtml"),
        ("var currentPage = 4; var countPage = 5;", AT, 6, NONE, None),
        ("<select><option value='l.html'>第1页</option><option value='l_2.html'>第2页</option></select>",
         AT, 2, NONE, AT + "l_2.html"),
        ("<a href='javascript:;' tagname='/a/index_2.jhtml'>下一页</a>", AT, 2, NONE, AT + "index_2.jhtml"),
        ("<script>function go(n){location.href='l_'+n+'.html'}</script><a href='javascript:go(2)'>下一页</a>",
         AT, 2, NONE, AT + "l_2.html"),
        ("<script>function go(n){open('l_'+(n-1)+'.html')}</script><a href='javascript:go(2)'>下页</a>",
         AT, 2, NONE, AT + "l_1.html"),
        ("<script>function go(n){open('l_'+(n-1)+'.html')}</script><a href='javascript:go(x)'>下页</a>",
         AT, 2, NONE, None),
        ("<script>function to(n){location.href='?pn='+n}</script><span onclick='to(2)'>下一页</span>",
         AT, 2, NONE, AT + "?pn=2"),
        ("<button onclick=\"window.location='p2.html'\">下一页</button>", AT, 2, NONE, AT + "p2.html"),
        ("<input type=button value='下页' onclick=\"location.href='2.html'\">", AT, 2, NONE, AT + "2.html"),
        ("<a class=more href='?p=2'>点击加载更多</a>", AT, 2, NONE, AT + "?p=2"),
        ("<a class=more href='/news/'>查看更多</a>", AT, 2, NONE, None),
        ("<a href='l.aspx?cid=3&page=2'>[2]</a>", AT + "l.aspx?cid=3", 2, NONE, AT + "l.aspx?cid=3&page=2"),
        ("<select onchange='to(this.value)'><option value=1>1</option><option value=2>2</option></select>",
         AT, 2, NONE, None),
        ("<script>function go(n,f,e){if(n<2){location.href=f+'.'+e}else{location.href=f+'_'+(n-1)+'.'+e}}</script>"
         "<a href=\"javascript:go(2,'index','htm')\">下一页</a>", AT, 2, NONE, AT + "index_1.htm"),
        ("<span class=next data-href='/a/list_2.html'>下一页</span>", AT, 2, NONE, AT + "list_2.html"),
        ("<a href=p2.html>下一页 »（第2页）</a>", AT, 2, NONE, AT + "p2.html"),
        ("<script>const to = p => { location.href = `l?page=${p}` }</script><a href='javascript:to(2)'>下一页</a>", AT, 2, NONE, AT + "l?page=2"),
        ("<p class=g><a data-page=2>下一页</a></p><script>$('.g a').click(function(){location.href='l?p='+$(this).data('page')})</script>", AT, 2, NONE, AT + "l?p=2"),
        ("<script>document.write('<a href=\"index_2.html\">下一页</a>')</script>", AT, 2, NONE, AT + "index_2.html"),
        ("<a href=p0><img src=/i/prev.gif></a><a href=p2><img src=/i/next.gif></a>", AT, 2, NONE, AT + "p2"),
        ("<a href=/news/><img src=/i/next-exit.gif></a>", AT, 2, NONE, None),
        ("<form><input type=hidden name=p value=2><input type=image alt=下一页></form>", AT, 2, NONE, AT + "?p=2"),
        # a form that is sent
        ("<form action=l.asp><input type=hidden name=c value=7><input type=hidden name=page value=2>"
         "<input type=submit value=下一页></form>", AT, 2, NONE, AT + "l.asp?c=7&page=2"),
        ("<form method=post action=l.asp><input type=submit value=下一页></form>", AT, 2, NONE, None),
        ("<form action=/s?x=1><select name=y><option value=3 selected>3</select><input type=radio name=r value=1>"
         "<button name=pn value=2>下一页</button></form>", AT, 2, NONE, "http://x.gov.cn/s?y=3&pn=2"),
        (f"{FORM.format('method=get')}<script>function to(n){{document.f.page.value=n;document.f.submit()}}</script>"
         "<a href='javascript:to(2)'>下一页</a>", AT, 2, NONE, AT + "l.jsp?k=%E5%8E%BF&page=2"),
        (f"{FORM.format('')}<script>function to(n){{$('#pg').val(n);$('form[name=f]').submit();}}</script>"
         "<a onclick='to(2)'>下一页</a>", AT, 2, NONE, AT + "l.jsp?k=%E5%8E%BF&page=2"),
        (f"{FORM.format('')}<script>function to(n){{$('[name=\"page\"]').val(n - 1);$('#f').submit()}}</script>"
         "<a onclick='to(2)'>下一页</a>", AT, 2, NONE, None),
        (f"{FORM.format('')}<script>function to(n){{document.getElementsByName('page')[0].value=n;document.getElementById('f').submit()}}</script>"
         "<a href='javascript:to(2)'>[下一页]</a>", AT, 2, NONE, AT + "l.jsp?k=%E5%8E%BF&page=2"),
        (f"{FORM.format('method=POST')}<script>function to(n){{document.f.page.value=n;document.f.submit()}}</script>"
         "<a href='javascript:to(2)'>下一页</a>", AT, 2, NONE, None),
        ("<form method=post><input type=hidden name=__VIEWSTATE value=x></form>"
         "<a href=\"javascript:__doPostBack('AspNetPager1','2')\">下一页</a>", AT, 2, NONE, None),
        # the address that JSON gives
        ('{"count": 9, "next": "/a/?page=2", "results": []}', AT, 2, QUERY, AT + "?page=2"),
        ('{"links": {"first": "/a/", "next": "/a/?c=Zm9v"}, "data": []}', AT, 2, QUERY, AT + "?c=Zm9v"),
        ('{"_links": {"next": {"href": "?c=2"}}}', AT, 2, QUERY, AT + "?c=2"),
        ('{"items": [], "next_url": "http://x.gov.cn/f.json?p=2"}', AT + "f.json", 2, NONE, AT[:-2] + "f.json?p=2"),
        ('{"next": null, "results": []}', AT + "l?page=2", 3, QUERY, None),
        ('{"nextPage": 2, "list": [{"next": "/a/7.html"}]}', AT + "l?page=1", 2, QUERY, AT + "l?page=2"),
        ('{"next": {"max_behot_time": 7}}', AT + "l?page=1", 2, QUERY, AT + "l?page=2"),
        # a plug-in
        ("laypage.render({count:125,curr:1,jump:function(o,f){if(!f)location.href='?page='+o.curr}})",
         AT, 2, NONE, AT + "?page=2"),
        ("laypage({pages:9,jump:function(e){location.href = 'list_' + e.curr + '.html'}})",
         AT, 3, NONE, AT + "list_3.html"),
        ("$.jqPaginator('#p',{totalPages:9,onPageChange:function(num){window.location='index_'+num+'.shtml'}})",
         AT, 2, NONE, AT + "index_2.shtml"),
        ("$.jqPaginator('#p',{totalPages:9,onPageChange:function(num){window.location='index_'+num+'.shtml'}})",
         AT, 10, NONE, None),
        ("$('.box').pagination({pageCount:9,callback:function(api){location.href='index_'+api.getCurrent()+'.html'}})",
         AT, 2, NONE, AT + "index_2.html"),
        ("<script>location.href = '/login_' + page + '.html'</script>", AT, 2, NONE, None),
        # a query
        ("", AT + "l?offset=0&limit=20", 3, QUERY, AT + "l?offset=40&limit=20"),
        ("", AT + "l?offset=0", 2, QUERY, None),
        ("", AT + "l.jsp?node=1&cur_page=1", 3, QUERY, AT + "l.jsp?node=1&cur_page=3"),
        ("", AT + "l?pageNo=0&size=20", 2, QUERY, AT + "l?pageNo=1&size=20"),
        ("", AT + "l?pageIndex=1", 2, NONE, AT + "l?pageIndex=2"),
        ("", AT + "l?id=7", 2, QUERY, None),
        ('{"totalPages": 3, "page": {}}', AT + "l?page=1", 4, QUERY, None),
        ('{"totalPages": 3, "page": {}}', AT + "l?page=1", 3, QUERY, AT + "l?page=3"),
        ("createPage(9)", AT + "l?page=1", 2, QUERY, AT + "l?page=2"),
        # records
        ("", AT + "d.jsp?startrecord=1&endrecord=45&perpage=15", 2, RECORDS,
         AT + "d.jsp?startrecord=46&endrecord=90&perpage=15"),
        ("<totalrecord>40</totalrecord>", AT + "d.jsp?startrecord=1&endrecord=45", 2, RECORDS, None),
        ("", AT + "col/col7/index.html", 2, RECORDS, None),
        # the source file
        ("createPageHTML(2, 0, 'index', 'html')", AT + "8-1.shtml", 3,
         Paging(Style.SUFFIX, pages="8-{page}.shtml"), AT + "8-3.shtml"),
        ("", AT + "g.shtml", 2, Paging(pages="g_{page0}.shtml"), AT + "g_1.shtml"),
        ("", AT, 3, Paging(pages="/q?s={start}&e={end}&n={size:20}"), "http://x.gov.cn/q?s=41&e=60&n=20"),
    ],
)  # fmt: skip
def test_next_page(text: str, first: str, number: int, paging: Paging, expected: str | None) -> None:
    assert next_page(text, first, first, number, paging) == expected


@pytest.mark.parametrize(
    ("page", "posts"),
    [
        ("<form method=post><a href=\"javascript:__doPostBack('p','2')\">下一页</a></form>", True),
        ("<form method=POST action=l.asp><input type=submit value=下一页></form>", True),
        ("<a onclick='to(2)'>下一页</a><form method=post name=f><input type=hidden name=pageNo value=1></form>", True),
        ("<form method=post><input name=k><input type=submit value=搜索></form><a href=p2>下一页</a>", False),
        ("<form method=post><input name=k></form><a href='javascript:to(2)'>下一页</a>", False),
        ("<form method=get><input name=page><input type=submit value=下一页></form>", False),
        ("<form method=post><a href=\"javascript:__doPostBack('s','')\">登录</a></form>", False),
        ("{\"posts\": []}", False),
    ],
)  # fmt: skip
def test_a_list_may_go_on_by_a_form_that_is_not_followed(page: str, posts: bool) -> None:
    assert sends_form(page) is posts


def test_the_first_page_is_nobodys_next() -> None:
    with pytest.raises(ValueError, match="at least the second"):
        next_page("", AT, AT, 1, TRS)


def test_placeholders() -> None:
    assert fill("{page} {page0} {start} {end} {size}", 2) == "2 1 16 30 15"
    with pytest.raises(ValueError, match=r"\{n\} is none of end, page"):
        fill("index_{n}.html", 2)


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("<totalpage>7</totalpage>", 7),
        ("totalPage: '12',", 12),
        ('"pageCount" : 3', 3),
        ("createPageHTML(0, 0, 'index', 'html')", None),
        ("totalPages = pages.length", None),
        ("", None),
    ],
)
def test_total_pages(text: str, total: int | None) -> None:
    assert total_pages(text) == total


@pytest.mark.parametrize(
    ("start", "more"),
    [
        ("", "createPage("),
        ("createPageHTML('", "a"),
        ("", "<a href='"),
        ("", "<div id="),
        ("totalPage", " "),
        ("", "下"),
        ("<a>", "go(n,"),
        ("<a>location", "go(n){open('a'+n"),
        ("laypage ", "location='a='+e."),
        ("", "<i onclick='下一页"),
        ("", "currentPage=0,"),
        ("", "showPages(1, 2, 'a', "),
        ("", "for(i=1;"),
        ("", "for(i=1;a)href='a'+"),
        ("", "for(i=)"),
        ("", "currentPage=0;countPage=2;"),
        ("<form>", "<input name=a><input type=submit value=下一页>"),
        ("<form>", "<input name=a><script>function b(n){c.a.value=n;c.submit()}</script>"),
        ("{", '"next":{"next":'),
        ('{"data":[', '{"next":"/"},'),
    ],
)
def test_hostile_pages_take_linear_time(start: str, more: str) -> None:
    def work_on(letters: int) -> Work:
        text = start + more * (letters // len(more))
        return lambda: next_page(text, AT, AT, 2, RECORDS)

    grows_with_size_only(work_on, 500_000)
