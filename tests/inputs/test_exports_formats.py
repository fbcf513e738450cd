"""Exports in every packing: same figures whatever the encoding, separator, line end, language or number style."""

from __future__ import annotations

import codecs
import datetime
import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook

from simulation.errors import InputError
from simulation.inputs.exports.headers import read_column_map
from simulation.inputs.exports.read import Export, Wishes, read_exports

META = """Reporting starts,Reporting ends,Campaign name,Ad set name,Ad name,Campaign delivery,Results,Result indicator,Cost per results,Amount spent (GBP),Impressions,Reach,Frequency,Link clicks
,,,,,,,,,"1,300.50","150,000","60,000",2.5,900
2024-01-01,2024-01-31,Spring,Managers,Ad A,active,12,leads,10,"1,000.25","100,000","40,000",2.5,600
2024-01-01,2024-01-31,Spring,Students,Ad B,active,3,leads,10,300.25,"50,000","30,000",1.67,300
"""
LINKEDIN = """Campaign Performance Report (in UTC)
Report Start: 1/1/2024
Report End: 1/31/2024

Start Date (in UTC),Account Name,Currency,Campaign Group Name,Campaign Name,Campaign ID,Campaign Type,Campaign Objective,Creative Name,Total Spent,Impressions,Reach,Clicks,Reactions,Comments,Shares,Follows,Total Social Actions,Total Engagements,Viral Impressions,Viral Clicks,Leads
1/1/2024,Acme,EUR,Brand,Awareness,101,Sponsored,Brand awareness,One,500.5,20000,9000,150,40,5,6,2,53,203,800,4,1
1/31/2024,Acme,EUR,Brand,Hiring,102,Sponsored,Brand awareness,Two,250,10000,6000,50,20,1,2,0,23,73,200,1,0
Total,,,,,,,,,750.5,30000,15000,200,60,6,8,2,76,276,1000,5,1
"""
GOOGLE = """Campaign performance
January 1, 2024 - January 31, 2024
Campaign,Currency code,Cost,Impr.,Clicks,Conversions,Conv. value,Unique users,Avg. impr. freq. per user
Video one,USD,"1,234.50","90,000",100,--,0.00,"30,000",3.0
Video two,USD,200,"10,000",--,1.5,0.00,"8,000",1.25
Total: Campaigns,,"1,434.50","100,000",100,1.5,0.00,"35,000",2.86
Total: Account,,"1,434.50","100,000",100,1.5,0.00,"35,000",2.86
"""
PAGE = [["Aggregated engagement metrics for your page's content"],
        ["Date", "Impressions (organic)", "Impressions (sponsored)", "Impressions (total)", "Unique impressions (organic)", "Clicks (organic)", "Clicks (sponsored)", "Clicks (total)",
         "Reactions (organic)", "Reactions (sponsored)", "Reactions (total)", "Comments (organic)", "Comments (sponsored)", "Reposts (organic)", "Reposts (sponsored)", "Engagement rate (total)"],
        ["01/30/2024", 500, 100, 600, 300, 20, 1, 21, 10, 1, 11, 1, 0, 2, 0, 0.05],
        ["01/31/2024", 400, 0, 400, 250, 12, 0, 12, -1, 0, -1, 0, 0, 1, 0, 0.03]]
POSTS = [["All posts"], ["Post title", "Post link", "Post type", "Campaign name", "Posted by", "Created date", "Audience", "Impressions", "Views (excluding offsite video views)", "Clicks",
                         "Click through rate (CTR)", "Likes", "Comments", "Reposts", "Follows", "Engagement rate"],
         ["@bait", "https://x/1", "Organic", None, "Ann", "01/30/2024", "All followers", 900, None, 30, 0.03, 12, 1, 2, 0, 0.05]]


def written(folder: Path, name: str, text: str, encoding: str = "utf-8", mark: bytes = b"") -> Path:
    path = folder / name
    data = mark + text.encode(encoding)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def book(folder: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """A workbook with these sheets."""
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(folder / "export.xlsx")
    return folder / "export.xlsx"


def read(path: Path, **wishes: Any) -> Export:
    exports = read_exports([path], Wishes(**wishes))
    assert len(exports) == 1
    return exports[0]


def figures(table: pd.DataFrame, *columns: str) -> list[list[Any]]:
    return table[list(columns)].values.tolist()


def messages(export: Export) -> str:
    return "\n".join(finding.message for finding in export.findings)


def test_meta_ads_are_read_with_currency_in_the_header_and_a_totals_row_first(tmp_path: Path) -> None:
    export = read(written(tmp_path, "meta.csv", META))
    assert (export.kind.name, export.platform, export.currency, export.window) == ("meta_ads", "facebook", "GBP", ("2024-01-01", "2024-01-31"))
    assert figures(export.table, "entity_id", "spend", "impressions", "reach", "link_clicks") == [["Spring / Managers / Ad A", 1000.25, 100_000, 40_000, 600],
                                                                                                 ["Spring / Students / Ad B", 300.25, 50_000, 30_000, 300]]
    assert export.table["frequency"].tolist() == pytest.approx([2.5, 5 / 3])
    assert set(export.table["reach_scope"]) == {"ad"}
    assert (export.totals_rows, len(export.dropped)) == (1, 0)
    assert export.total == {"impressions": 150_000, "reach": 60_000, "spend": 1300.50}
    assert export.table["row"].tolist() == [3, 4]


@pytest.mark.parametrize(("encoding", "mark", "said"), [("utf-8", b"", "utf-8"), ("utf-8", codecs.BOM_UTF8, "utf-8-sig"), ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
                                                        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16"), ("utf-16-le", b"", "utf-16-le"), ("utf-16-be", b"", "utf-16-be"),
                                                        ("cp1252", b"", "cp1252"), ("utf-32", b"", "utf-32")])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "bare return"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"], ids=["comma", "tab", "semicolon", "bar"])
def test_packing_does_not_matter(encoding: str, mark: bytes, said: str, end: str, separator: str, tmp_path: Path) -> None:
    text = "Campaign name,Ad set name,Reporting starts,Reporting ends,Amount spent (EUR),Impressions,Reach\nFrühling,Büro,2024-01-01,2024-01-07,12.5,1000,400\n"
    export = read(written(tmp_path, "x.csv", text.replace(",", separator).replace("\n", end), encoding, mark))
    assert export.encoding == said
    assert figures(export.table, "entity_id", "spend", "impressions", "reach", "currency") == [["Frühling / Büro", 12.5, 1000, 400, "EUR"]]
    assert ("Windows-1252" in messages(export)) == (encoding == "cp1252")


def test_columns_that_are_not_used_may_hold_anything(tmp_path: Path) -> None:
    text = META.replace(",active,12,leads,", ",active,12 leads and 3 calls,leads,").replace("Reporting starts", "PKW,Reporting starts").replace("\n2024", "\nx,2024").replace("\n,,,", "\n,,,,")
    assert figures(read(written(tmp_path, "x.csv", text)).table, "spend") == [[1000.25], [300.25]]
    text = text.replace("PKW,Reporting starts,Reporting ends", "PKW,Reporting starts,Report end")
    assert len(read(written(tmp_path, "x.csv", text)).table) == 2


def test_gzip_and_any_suffix_are_read(tmp_path: Path) -> None:
    assert len(read(written(tmp_path, "meta.csv.gz", META)).table) == 2
    assert len(read(written(tmp_path, "meta.xls", META)).table) == 2


@pytest.mark.parametrize(("headers", "currency"), [
    ("Kampagnenname;Anzeigengruppenname;Auswertungsbeginn;Auswertungsende;Ausgegebener Betrag (EUR);Impressionen;Reichweite;Häufigkeit", "EUR"),
    ("Nombre de la campaña;Nombre del conjunto de anuncios;Inicio del informe;Fin del informe;Importe gastado (EUR);Impresiones;Alcance;Frecuencia", "EUR"),
    ("Nome da campanha;Nome do conjunto de anúncios;Início dos relatórios;Término dos relatórios;Valor usado (BRL);Impressões;Alcance;Frequência", "BRL"),
    ("Nom de la campagne;Nom de l'ensemble de publicités;Début des rapports;Fin des rapports;Montant dépensé (EUR);Impressions;Couverture;Répétition", "EUR"),
    ("שם הקמפיין;שם ערכת המודעות;תחילת הדיווח;סיום הדיווח;הסכום שהוצא (ILS);חשיפות;תפוצה;תדירות", "ILS"),
])
def test_translated_headers_and_decimal_commas_are_understood(headers: str, currency: str, tmp_path: Path) -> None:
    export = read(written(tmp_path, "x.csv", f"{headers}\nA;B;31.01.2024;29.02.2024;1.234,56;98.765;12.345;8,00\n"))
    assert (export.kind.name, export.currency, export.numbers) == ("meta_ads", currency, "decimal comma")
    assert figures(export.table, "spend", "impressions", "reach") == [[1234.56, 98_765, 12_345]]
    assert export.window == ("2024-01-31", "2024-02-29")


def test_linkedin_ads_are_read_below_their_preamble(tmp_path: Path) -> None:
    export = read(written(tmp_path, "li.csv", LINKEDIN.replace(",", "\t"), "utf-16"))
    assert (export.kind.name, export.platform, export.currency, export.header_row, export.separator) == ("linkedin_ads", "linkedin", "EUR", 5, "tab")
    assert figures(export.table, "spend", "impressions", "reach", "clicks", "reactions", "engagements", "viral_impressions") == [[500.5, 20_000, 9000, 150, 40, 203, 800],
                                                                                                                                [250, 10_000, 6000, 50, 20, 73, 200]]
    assert export.window == ("2024-01-01", "2024-01-31")
    assert export.total is None
    assert "added up, which counts people twice" in messages(export)
    assert "1,000 viral impressions" in messages(export)


def test_google_ads_are_read_with_their_window_from_the_title(tmp_path: Path) -> None:
    export = read(written(tmp_path, "g.csv", GOOGLE))
    assert (export.kind.name, export.currency, export.window, export.totals_rows) == ("google_ads", "USD", ("2024-01-01", "2024-01-31"), 2)
    assert figures(export.table, "spend", "impressions", "reach") == [[1234.5, 90_000, 30_000], [200, 10_000, 8000]]
    assert export.table["clicks"].isna().tolist() == [False, True]
    assert export.total == {"impressions": 100_000, "reach": 35_000, "spend": 1434.5}


def test_a_linkedin_page_keeps_organic_and_sponsored_apart(tmp_path: Path) -> None:
    daily, posts = read_exports([book(tmp_path, {"Metrics": PAGE, "All posts": POSTS})], Wishes())
    assert (daily.kind.name, posts.kind.name) == ("linkedin_page", "linkedin_page")
    organic, sponsored = daily.table[daily.table["channel"] == "page"], daily.table[daily.table["channel"] == "paid"]
    assert figures(organic, "impressions", "reach", "clicks", "reactions", "engagements") == [[500, 300, 20, 10, 13], [400, 250, 12, -1, 0]]
    assert figures(sponsored, "impressions", "clicks") == [[100, 1], [0, 0]]
    assert sponsored["reach"].isna().all()
    assert posts.table["window_start"].dt.date.tolist() == [datetime.date(2024, 1, 30)]
    assert posts.table["window_kind"].tolist() == ["published"]
    assert posts.table["reach_scope"].tolist() == ["post"]


def test_a_members_workbook_gives_totals_posts_and_days(tmp_path: Path) -> None:
    path = book(tmp_path, {
        "DISCOVERY": [["Overall Performance", "8/7/2023 - 8/5/2024"], ["Impressions", 70_416], ["Members reached", 28_517]],
        "ENGAGEMENT": [["Date", "Impressions", "Engagements"], ["8/7/2023", 53, 0], ["8/13/2023", 163, 5]],
        "TOP POSTS": [["Maximum of 50 posts available"], [None], ["Post URL", "Post publish date", "Engagements", None, "Post URL", "Post publish date", "Impressions"],
                      ["https://x/2", "8/8/2023", 11, None, "https://x/1", "8/13/2023", 374], ["https://x/1", "8/13/2023", 2, None, "https://x/2", "8/8/2023", 1193]],
        "FOLLOWERS": [["Total followers on 8/5/2024:", 782], [None], ["Date", "New followers"], ["8/7/2023", 3], ["8/13/2023", 2]],
        "DEMOGRAPHICS": [["Top Demographics", "Value", "Percentage"], ["Job titles", "Engineer", 0.1]]})
    total, posts, days = read_exports([path], Wishes())
    assert figures(total.table, "impressions", "reach", "followers", "reach_scope") == [[70_416, 28_517, 782, "member"]]
    assert total.window == ("2023-08-07", "2024-08-05")
    assert sorted(figures(posts.table, "entity_id", "engagements", "impressions")) == [["https://x/1", 2, 374], ["https://x/2", 11, 1193]]
    assert figures(days.table, "impressions", "engagements", "new_followers") == [[53, 0, 3], [163, 5, 2]]
    assert "'DEMOGRAPHICS' is left out" in messages(total)


def test_dates_and_numbers_of_a_spreadsheet_are_taken_as_they_are(tmp_path: Path) -> None:
    rows = [["Campaign name", "Ad set name", "Reporting starts", "Reporting ends", "Amount spent (USD)", "Impressions", "Reach"],
            ["A", "B", datetime.datetime(2024, 3, 4), datetime.date(2024, 3, 5), 1.234, 5000, "1,250"]]
    export = read(book(tmp_path, {"Raw Data Report": rows}))
    assert figures(export.table, "spend", "impressions", "reach") == [[1.234, 5000, 1250]]
    assert export.window == ("2024-03-04", "2024-03-05")


def test_a_column_map_names_what_is_not_known(tmp_path: Path) -> None:
    path = written(tmp_path, "own.csv", "Werbung;Kontakte;Leute;Euros\nA;1000;400;12,50\n")
    with pytest.raises(InputError, match=r"not recognised as an export\. Its headers: Werbung, Kontakte, Leute, Euros"):
        read(path)
    names = written(tmp_path, "map.yaml", "ad: Werbung\nimpressions: [Kontakte, Sichtkontakte]\nreach: Leute\nspend: Euros\n")
    export = read(path, columns=read_column_map(names), currency="EUR")
    assert figures(export.table, "entity_id", "impressions", "reach", "spend", "currency") == [["A", 1000, 400, 12.5, "EUR"]]
    for text, expected in (("impresions: x\n", "map.yaml:1: 'impresions' is not a known column.*Did you mean 'impressions'"), ("reach: 3\n", "allowed: the header as it stands"), ("- a\n", "mapping")):
        with pytest.raises(InputError, match=expected):
            read_column_map(written(tmp_path, "map.yaml", text))


def test_a_nearly_known_header_is_guessed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'Impresions' looks like 'impressions'"):
        read(written(tmp_path, "x.csv", "Campaign nam,Impresions,Reech\nA,1,1\n"))


@pytest.mark.parametrize(("text", "expected"), [
    ("Ad,Impressions,Cost\nA,12.5,1\n", "x.csv:2: Impressions: given '12.5'; allowed: a whole number"),
    ("Ad,Impressions,Cost\nA,many,1\n", "x.csv:2: Impressions: given 'many'"),
    ("Ad,Impressions,Cost\nA,1000,1e99\n", "x.csv:2: Cost: given '1e99'"),
    ("Ad,Impressions,Cost\nA,1000,inf\n", "given 'inf'"),
    ("Ad,Impressions,Cost\nA,1000,1,5\n", "more cells than the 3 headers|cannot be cut into rows"),
    ("Ad,Impressions,Cost\n" + "A,1000,1\n" * 99 + "A,1000,1,5\n", "cannot be cut into rows: .*line 101"),
    ("Ad,Impressions,Cost\nA,1000,\"1\n", "cannot be cut into rows"),
    ("Ad,Impressions,Cost\n", "no rows below them"),
    ("Ad,Impressions,Cost\nA,1.5,2\nB,\"1,5\",2\n", "contradict"),
    ("Ad,Impressions,Cost,Created\nA,1,2,31/12/2024\nB,1,2,12/31/2024\n", "dates contradict"),
    ("Ad,Impressions,Cost,Created\nA,1,2,yesterday\n", "x.csv:2: Created: given 'yesterday'; allowed: a date"),
    ("Ad,Impressions,Cost,Created\nA,1,2,31/02/2024\n", "given '31/02/2024'"),
    ("", "empty"), ("   \n\n", "empty"), ("<html><table></table>", "HTML"), ('{"a": 1}', "JSON"), ("%PDF-1.7 ", "PDF"), ("Ad\x00,Impressions", "not a text"),
    ("PK\x03\x04 broken", "broken workbook"),
])
def test_what_cannot_be_read_is_said_by_file_and_row(text: str, expected: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=expected):
        read(written(tmp_path, "x.csv", text))


def test_options_settle_what_figures_leave_open(tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", "Ad,Impressions,Cost,Created\nA,1000,\"1,234\",3/4/2024\n")
    assert figures(read(path).table, "spend") == [[1234.0]]
    assert figures(read(path, decimal="comma").table, "spend") == [[1.234]]
    assert read(path, month_first=True).window[0] == "2024-03-04"
    assert read(path).window[0] == "2024-04-03"
    assert "no date says" in messages(read(path))


def test_old_excel_and_protected_and_foreign_archives_are_refused(tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(InputError, match="old Excel file"):
        read(tmp_path / "old.xls")
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("data.csv", META)
    with pytest.raises(InputError, match="no XLSX workbook"):
        read(tmp_path / "a.zip")
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "missing.csv")
    with pytest.raises(InputError, match="is a folder"):
        read(tmp_path)


def test_an_unknown_encoding_kind_or_too_small_a_one_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", "Ad,Impressions,Cost\nÄ,1,1\n")
    with pytest.raises(InputError, match="--encoding: given 'klingon'"):
        read(path, encoding="klingon")
    with pytest.raises(InputError, match="not a text in ASCII"):
        read(path, encoding="ascii")
    with pytest.raises(InputError, match=r"'meta' is not a known kind of export.*meta_ads"):
        read(path, kind="meta")
