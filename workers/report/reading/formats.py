"""The formats: how each is known, and who reads it or what its sender is told.

The first that fits counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workers.errors import (
    EmptyFile,
    NeedsOffice,
    NoText,
    ProtectedFile,
    UnknownFormat,
    UnusableFile,
)
from workers.report.model import Unpacked
from workers.report.reading.containers.embedded import unpack_embedded
from workers.report.reading.containers.mails import read_mail
from workers.report.reading.containers.outlook import read_outlook
from workers.report.reading.containers.portfolio import unpack_cover
from workers.report.reading.containers.tars import (
    TAR_MARK,
    TAR_MARK_AT,
    unpack_bzip2,
    unpack_gzip,
    unpack_tar,
    unpack_xz,
)
from workers.report.reading.containers.zips import unpack_zip
from workers.report.reading.decoded import Decoded, is_blank
from workers.report.reading.doc import read_doc
from workers.report.reading.docx import read_docx
from workers.report.reading.ods import read_flat_ods, read_ods
from workers.report.reading.odt import read_flat_odt, read_odt
from workers.report.reading.ofd import read_ofd
from workers.report.reading.pages import Recogniser
from workers.report.reading.pdf import read_pdf
from workers.report.reading.pictures import read_picture
from workers.report.reading.plain import read_text
from workers.report.reading.rtf import read_rtf
from workers.report.reading.sniff import (
    Content,
    Fits,
    begins_after_blanks,
    begins_with,
    has_early,
    has_root,
    is_anything,
    is_flat_document,
    is_html,
    is_mail,
    is_media_of,
    is_ole_of,
    is_open_document,
    is_package_of,
    is_web_archive,
    is_zip_of,
    is_zip_with,
)
from workers.report.reading.web import read_html
from workers.report.reading.word_xml import pack_word_xml
from workers.report.reading.xls import read_xls
from workers.report.reading.xlsx import read_xlsx


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A format that is read, or taken apart.

    `extensions` are what its files are usually called, for the page that offers to choose; `holds`
    what those are that hold others, and what a person does where one file is wanted. `by_office`
    where an office program reads it better. `recognise` reads it where its pages may be pictures.
    """

    media_type: str
    extensions: tuple[str, ...]
    fits: Fits
    read: Callable[[bytes], Decoded | Unpacked]
    holds: Holding | None = None
    by_office: bool = False
    recognise: Callable[[bytes, Recogniser], Decoded | Unpacked] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Words for a sender, in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Holding:
    name: Said
    remedy: Said

    @property
    def words(self) -> tuple[str, str]:
        return _words(self.name, self.remedy)


@dataclass(frozen=True, slots=True)
class Refused:
    """A format that is known and not read: what its files are, and what their sender can do.

    `extensions` are those that no file which can be read is called by.
    """

    fits: Fits
    name: Said
    remedy: Said
    extensions: tuple[str, ...] = ()

    def refusal(self) -> UnusableFile:
        return UnknownFormat(*_words(self.name, self.remedy))


def _words(name: Said, remedy: Said) -> tuple[str, str]:
    space = " " if name.zh[0].isascii() else ""
    return f"It is {name.en}: {remedy.en}.", f"这是{space}{name.zh}：{remedy.zh}。"


@dataclass(frozen=True, slots=True)
class Protected:
    """A format that only a password opens."""

    fits: Fits

    def refusal(self) -> UnusableFile:
        return ProtectedFile()


SAVE = Said("open it and save it as .docx, then drop that", "请打开后另存为 .docx，再放入一次")
SAVE_PDF = Said("open it and save it as a PDF, then drop that", "请打开后另存为 PDF，再放入一次")
SAVE_TABLE = Said(
    "open it and save it as .xlsx, then drop that", "请打开后另存为 .xlsx，再放入一次"
)
SAVE_PAGE = Said(
    "open it in the browser and save it as .html, then drop that",
    "请用浏览器打开，另存为 .html，再放入一次",
)
PICTURE = Said(
    "if it is a scan, drop a version with text (.docx, .html, .txt)",
    "如果是扫描件，请放入有文字的版本（.docx、.html、.txt）",
)
UNPACK = Said("unpack it and drop the report inside", "请解压后放入里面的报告")
REPORT_ITSELF = Said("drop the report itself", "请放入报告本身")
OPEN_SLIDES = Said("an OpenDocument presentation (.odp)", "OpenDocument 演示文稿（.odp）")
OPEN_DRAWING = Said("an OpenDocument drawing or formula", "OpenDocument 绘图或公式")


SAVE_ATTACHED = Said(
    "save the report that is attached, then drop that", "请把附件里的报告保存出来，再放入一次"
)
SAVE_EMBEDDED = Said(
    "open it, save the embedded file, then drop that",
    "请打开文档，把嵌入的文件另存出来，再放入一次",
)


def leave_to_office(data: bytes) -> Decoded:  # noqa: ARG001
    """No reader of ours."""
    raise NeedsOffice()


def read_word(data: bytes) -> Decoded | Unpacked:
    """A document whose parts may be files of any format that is read: a page, a document.

    The files that are embedded in one without a text of its own.
    """
    decoded = read_docx(data, _read_part)
    if is_blank(decoded.text) and (unpacked := unpack_embedded(data)).members:
        return unpacked
    return decoded


def _read_part(part: bytes) -> str:
    read = find_format(part).read(part) if part else Decoded(("",))
    return read.text if isinstance(read, Decoded) else ""


def read_word_xml(data: bytes) -> Decoded | Unpacked:
    return read_word(pack_word_xml(data))


def read_portable(data: bytes, recogniser: Recogniser | None = None) -> Decoded | Unpacked:
    """A PDF's own pages; the files attached to one whose pages say no more than to open them."""
    decoded = read_pdf(data, recogniser)
    return unpack_cover(decoded, data) or decoded


def _picture(media_type: str, extensions: tuple[str, ...], fits: Fits) -> Readable:
    return Readable(
        media_type=media_type,
        extensions=extensions,
        fits=fits,
        read=read_picture,
        recognise=read_picture,
    )


def _archive(
    name: Said,
    media_type: str,
    extensions: tuple[str, ...],
    fits: Fits,
    read: Callable[[bytes], Unpacked],
) -> Readable:
    return Readable(
        media_type=media_type,
        extensions=extensions,
        fits=fits,
        read=read,
        holds=Holding(name, UNPACK),
    )


PICTURES = (
    _picture("image/png", (".png",), begins_with(b"\x89PNG\r\n\x1a\n")),
    _picture("image/jpeg", (".jpg", ".jpeg"), begins_with(b"\xff\xd8\xff")),
    _picture("image/gif", (".gif",), begins_with(b"GIF8")),
    _picture(
        "image/tiff",
        (".tif", ".tiff"),
        begins_with(b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
    ),
    _picture("image/bmp", (".bmp",), begins_with(b"BM")),
    _picture("image/webp", (".webp",), begins_with(b"WEBP", at=8)),
    _picture("image/heic", (".heic", ".heif"), is_media_of("heic", "heix", "mif1", "heim")),
)
FORMATS: tuple[Readable | Refused | Protected, ...] = (
    Readable(
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        extensions=(".docx",),
        fits=is_package_of(b"wordprocessingml.", "word/document.xml"),
        read=read_word,
        holds=Holding(
            Said("a document with nothing but files embedded in it", "只嵌入了别的文件的空文档"),
            SAVE_EMBEDDED,
        ),
    ),
    Readable(
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        extensions=(".xlsx",),
        fits=is_package_of(b"spreadsheetml.", "xl/workbook.xml"),
        read=read_xlsx,
    ),
    Refused(
        is_zip_of("xl/workbook.bin"),
        Said("a binary Excel workbook (.xlsb)", "二进制的 Excel 工作簿（.xlsb）"),
        SAVE_TABLE,
        (".xlsb",),
    ),
    Refused(
        is_package_of(b"presentationml.", "ppt/presentation.xml"),
        Said("a PowerPoint presentation", "PowerPoint 演示文稿"),
        SAVE_PDF,
        (".pptx", ".ppsx"),
    ),
    Readable(
        media_type="application/ofd",
        extensions=(".ofd",),
        fits=is_zip_with("ofd.xml"),
        read=read_ofd,
        recognise=read_ofd,
    ),
    Readable(
        media_type="application/vnd.oasis.opendocument.text",
        extensions=(".odt",),
        fits=is_open_document("text", ""),
        read=read_odt,
    ),
    Readable(
        media_type="application/vnd.oasis.opendocument.spreadsheet",
        extensions=(".ods",),
        fits=is_open_document("spreadsheet"),
        read=read_ods,
    ),
    Refused(is_open_document("presentation"), OPEN_SLIDES, SAVE_PDF, (".odp",)),
    Refused(is_zip_of("content.xml"), OPEN_DRAWING, SAVE_PDF),
    Refused(is_zip_of("META-INF/container.xml"), Said("an e-book", "电子书"), SAVE, (".epub",)),
    _archive(
        Said("a zip archive", "ZIP 压缩包"), "application/zip", (".zip",), is_zip_of(), unpack_zip
    ),
    # Acrobat looks for the mark so far (PDF Reference 1.7, appendix H).
    Readable(
        media_type="application/pdf",
        extensions=(".pdf",),
        fits=has_early(b"%PDF-", within=1024),
        read=read_portable,
        recognise=read_portable,
        holds=Holding(
            Said("a PDF that only carries other files", "PDF 文件包（内容都在附件里）"),
            SAVE_ATTACHED,
        ),
    ),
    Protected(is_ole_of("EncryptedPackage")),
    Readable(
        media_type="application/vnd.ms-outlook",
        extensions=(".msg",),
        fits=is_ole_of("__properties_version1.0"),
        read=read_outlook,
        holds=Holding(Said("an Outlook e-mail (.msg)", "Outlook 邮件（.msg）"), SAVE_ATTACHED),
    ),
    Readable(
        media_type="application/msword",
        extensions=(".doc", ".dot", ".wps"),
        fits=is_ole_of("WordDocument"),
        read=read_doc,
        by_office=True,
    ),
    Readable(
        media_type="application/vnd.ms-excel",
        extensions=(".xls",),
        fits=is_ole_of("Workbook", "Book"),
        read=read_xls,
    ),
    Refused(
        is_ole_of("PowerPoint Document"),
        Said("an old PowerPoint presentation (.ppt)", "旧版 PowerPoint 演示文稿（.ppt）"),
        SAVE_PDF,
        (".ppt", ".pps"),
    ),
    Readable(  # Microsoft Works, of two generations; its files are called .wps, too
        media_type="application/vnd.ms-works",
        extensions=(),
        fits=is_ole_of("CONTENTS", "MM"),
        read=leave_to_office,
        by_office=True,
    ),
    Refused(is_ole_of(), Said("an old Office document (.wps)", "旧版 Office 文件（.wps）"), SAVE),
    *PICTURES,
    Refused(
        begins_with(b"RIFF"),
        Said("a sound or a video", "声音或视频"),
        REPORT_ITSELF,
        (".avi", ".wav"),
    ),
    Refused(
        begins_with(b"ftyp", at=4),
        Said("a video or a sound", "视频或声音"),
        REPORT_ITSELF,
        (".mp4", ".mov", ".m4a"),
    ),
    Readable(
        media_type="application/rtf",
        extensions=(".rtf",),
        fits=begins_after_blanks(b"{\\rt"),
        read=read_rtf,
    ),
    Refused(begins_after_blanks(b"%!PS"), Said("a PostScript file", "PostScript 文件"), SAVE_PDF),
    Refused(begins_with(b"CAJ"), Said("a CAJ document", "CAJ 文件"), SAVE_PDF, (".caj",)),
    Refused(
        begins_with(b"Founder CEB"), Said("a CEB document", "CEB 文件"), SAVE_PDF, (".ceb", ".cebx")
    ),
    Refused(begins_with(b"Rar!\x1a\x07"), Said("a RAR archive", "RAR 压缩包"), UNPACK, (".rar",)),
    Refused(begins_with(b"7z\xbc\xaf'\x1c"), Said("a 7z archive", "7z 压缩包"), UNPACK, (".7z",)),
    _archive(
        Said("a tar archive", "tar 压缩包"),
        "application/x-tar",
        (".tar",),
        begins_with(TAR_MARK, at=TAR_MARK_AT),
        unpack_tar,
    ),
    _archive(
        Said("a gzip archive", "gzip 压缩包"),
        "application/gzip",
        (".gz", ".tgz"),
        begins_with(b"\x1f\x8b\x08"),
        unpack_gzip,
    ),
    _archive(
        Said("a bzip2 archive", "bzip2 压缩包"),
        "application/x-bzip2",
        (".bz2",),
        begins_with(b"BZh"),
        unpack_bzip2,
    ),
    _archive(
        Said("an xz archive", "xz 压缩包"),
        "application/x-xz",
        (".xz",),
        begins_with(b"\xfd7zXZ\x00"),
        unpack_xz,
    ),
    Refused(
        begins_with(b"MZ"),
        Said("a Windows program", "Windows 程序"),
        REPORT_ITSELF,
        (".exe", ".msi", ".dll"),
    ),
    Refused(begins_with(b"\x7fELF"), Said("a program", "程序"), REPORT_ITSELF),
    Refused(
        begins_with(b"SQLite format 3\x00"),
        Said("a database", "数据库文件"),
        REPORT_ITSELF,
        (".db", ".sqlite"),
    ),
    Readable(
        media_type="multipart/related",
        extensions=(".mht", ".mhtml"),
        fits=is_web_archive,
        read=read_mail,
        holds=Holding(
            Said("a web archive (.mht) of several pages", "多个页面的网页归档文件（.mht）"),
            SAVE_PAGE,
        ),
    ),
    Readable(
        media_type="message/rfc822",
        extensions=(".eml",),
        fits=is_mail,
        read=read_mail,
        holds=Holding(Said("an e-mail with attachments", "带附件的邮件"), SAVE_ATTACHED),
    ),
    Readable(
        media_type="application/vnd.ms-word2003-xml",
        extensions=(),
        fits=has_root("w:worddocument", "pkg:package"),
        read=read_word_xml,
    ),
    Readable(
        media_type="application/vnd.oasis.opendocument.text-flat-xml",
        extensions=(".fodt",),
        fits=is_flat_document("text", ""),
        read=read_flat_odt,
    ),
    Readable(
        media_type="application/vnd.oasis.opendocument.spreadsheet-flat-xml",
        extensions=(".fods",),
        fits=is_flat_document("spreadsheet"),
        read=read_flat_ods,
    ),
    Refused(is_flat_document("presentation"), OPEN_SLIDES, SAVE_PDF),
    Refused(has_root("office:document"), OPEN_DRAWING, SAVE_PDF),
    Readable(
        media_type="application/vnd.uof",
        extensions=(".uot", ".uof"),
        fits=has_root("uof:uof"),
        read=leave_to_office,
        by_office=True,
    ),
    Refused(has_root("svg", "svg:svg"), Said("an SVG picture", "SVG 图片"), PICTURE, (".svg",)),
    Readable(media_type="text/html", extensions=(".html", ".htm"), fits=is_html, read=read_html),
    Readable(media_type="text/plain", extensions=(".txt",), fits=is_anything, read=read_text),
)


# Zip archives and compound files are told by what is in them, which is not for a page to open.
TOLD_BY_PARTS = (b"PK", b"\xd0\xcf\x11\xe0")


def find_format(data: bytes) -> Readable:
    """The format of a file that can be read. UnknownFormat, ProtectedFile, DamagedFile for another.

    >>> find_format("<html><body>清溪镇</body></html>".encode()).media_type
    'text/html'
    >>> find_format(b"Rar!\\x1a\\x07 ...")
    Traceback (most recent call last):
    workers.errors.UnknownFormat: This is no format that can be read. It is a RAR archive: ...
    """
    content = Content(data)
    found = next(one for one in FORMATS if one.fits(content))
    if isinstance(found, Readable):
        return found
    raise found.refusal()


def refused_by_head(head: bytes) -> UnusableFile | None:
    """What the first bytes of a file prove that is not read; None where more must be seen.

    >>> refused_by_head(b"") is None, refused_by_head("清溪镇".encode()) is None
    (False, True)
    """
    if not head:
        return EmptyFile()
    if head.startswith(TOLD_BY_PARTS):
        return None
    content = Content(head)
    found = next(one for one in FORMATS if one.fits(content))
    return None if isinstance(found, Readable) else found.refusal()


def refused_extensions(recognises: bool) -> dict[str, UnusableFile]:
    """Why files that are called so are not read: by extension, in small letters.

    `recognises` where pictures are.

    >>> str(refused_extensions(recognises=True)[".rar"])
    'This is no format that can be read. It is a RAR archive: unpack it and drop the report inside.'
    """
    refused = {
        extension: one.refusal()
        for one in FORMATS
        if isinstance(one, Refused)
        for extension in one.extensions
    }
    pictures = () if recognises else PICTURES
    return refused | {
        extension: UnknownFormat(*_words(Said("a picture", "图片"), PICTURE))
        for one in pictures
        for extension in one.extensions
    }


def no_text(found: Readable) -> UnusableFile:
    """What to tell of a file of this format in which no text was found."""
    if found.read is read_portable:
        return NoText(
            "(it is a PDF: recognise its text first)",
            "（这是 PDF 文件：请先做文字识别，或转成 Word）",
        )
    if found.read is read_rtf:
        return NoText(
            "(it is an RTF file with next to no text: save it as .docx, then drop that)",
            "（这是 RTF 文件，几乎没有文字：请另存为 .docx，再放入一次）",
        )
    return NoText()


def words_of_holding(media_type: str) -> tuple[str, str]:
    """What a file of this type is that holds others, and what a person does with it."""
    for one in FORMATS:
        if isinstance(one, Readable) and one.holds and one.media_type == media_type:
            return one.holds.words
    return "", ""


def known_extensions() -> tuple[str, ...]:
    """What the files that can be read are usually called.

    >>> {".docx", ".doc", ".txt"} <= {*known_extensions()}
    True
    """
    readable = (one for one in FORMATS if isinstance(one, Readable))
    return tuple(extension for one in readable for extension in one.extensions)
