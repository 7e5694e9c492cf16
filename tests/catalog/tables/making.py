"""Make tables of every kind, also ones no program would write."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def text_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write text with its line ends as they are."""
    path.write_bytes(text.encode(encoding))
    return path


def text_cell(text: str) -> str:
    """Return a cell with a text of its own."""
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def number_cell(raw: str, style: int = 0) -> str:
    """Return a cell with a number exactly as stored."""
    return f'<c s="{style}"><v>{raw}</v></c>'


def sheet_xml(rows: Sequence[Sequence[str]]) -> str:
    """Return a sheet of rows of cells, each cell XML or, without a tag, its text."""
    lines = []
    for row in rows:
        cells = (cell if cell.startswith("<c") else text_cell(cell) for cell in row)
        lines.append(f"<row>{''.join(cells)}</row>")
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def xlsx_parts(
    sheets: Mapping[str, str],
    formats: Sequence[str] = (),
    strings: str | None = None,
    *,
    hidden: Sequence[str] = (),
    date1904: bool = False,
) -> dict[str, str]:
    """Return the parts of a workbook; cell style n + 1 shows numbers by ``formats[n]``."""
    names = list(enumerate(sheets, 1))
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"'
        + (' state="hidden"/>' if name in hidden else "/>")
        for at, name in names
    )
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{_DOCUMENT}/worksheet" Target="worksheets/s{at}.xml"/>'
        for at, _ in names
    )
    codes = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for at, code in enumerate(formats)
    )
    styles = "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(formats)))
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">'
        f'<workbookPr date1904="{int(date1904)}"/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts>{codes}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
    }
    parts |= {f"xl/worksheets/s{at}.xml": sheets[name] for at, name in names}
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{strings}</sst>'
    return parts


def write_zip(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """Write an archive of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[str]], formats: Sequence[str] = ()) -> Path:
    """Write a workbook with one sheet."""
    return write_zip(path, xlsx_parts({"Parts": sheet_xml(rows)}, formats))
