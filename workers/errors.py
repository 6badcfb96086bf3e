"""What can go wrong in ways a person can mend.

The docstring of a class is the sentence that the person reads.
"""

from __future__ import annotations

import inspect
from typing import ClassVar


class FazhiError(Exception):
    """Something went wrong."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        # In one line, however the docstring is laid out.
        sentence = " ".join((inspect.getdoc(type(self)) or "").split())
        super().__init__(f"{sentence} {detail}".strip())


class Notice(FazhiError):
    """Something is told in Chinese and in English."""

    zh: ClassVar[str]

    def __init__(self, detail: str = "", detail_zh: str = "") -> None:
        super().__init__(detail)
        self.detail_zh = detail_zh

    @property
    def notice(self) -> str:
        """A line in Chinese, a line in English."""
        return f"{self.zh}{self.detail_zh}\n{self}"


class UnusableFile(Notice):
    """This file cannot be read."""

    zh = "这个文件读不了。"


class EmptyFile(UnusableFile):
    """The file is empty (0 bytes): copy it again from its source and drop it once more."""

    zh = "文件是空的（0 字节）：请从原处重新复制，再放入一次。"


class UnknownFormat(UnusableFile):
    """This is no format that can be read."""

    zh = "这种格式读不了。"


class ProtectedFile(UnusableFile):
    """The file is protected by a password: open it, take the password off,
    save it and drop it again.
    """

    zh = "文件有密码保护：请打开文件，去掉密码，保存后再放入一次。"


class DamagedFile(UnusableFile):
    """The file is damaged or was cut off while copying:
    open it where it came from, save it anew and drop it again.
    """

    zh = "文件已损坏或没有复制完整：请在原处打开，重新保存，再放入一次。"


class NeedsOffice(UnusableFile):
    """Only an office program reads a file of this format, and LibreOffice is not installed here:
    open the file and save it as .docx, then drop that; or have LibreOffice installed.
    """

    zh = (
        "这种格式只有办公软件能读，而这台机器上没有安装 LibreOffice："
        "请打开文件，另存为 .docx，再放入一次；或请管理员安装 LibreOffice。"
    )

    def __init__(self, detail: str = "", detail_zh: str = "", *, media_type: str = "") -> None:
        super().__init__(detail, detail_zh)
        self.media_type = media_type


class NoText(UnusableFile):
    """The file holds no text: if it is a scan, drop a version with text."""

    zh = "文件里没有文字：如果是扫描件，请放入有文字的版本。"


class HoldsFiles(UnusableFile):
    """The file holds other files, and one is read here at a time; dropped into the inbox it is
    unpacked.
    """

    zh = "文件里装着别的文件，这里一次只读一个（放入收件文件夹会自动拆开）。"


class HoldsNothing(UnusableFile):
    """No file is in it: pack it anew where it came from and drop it again."""

    zh = "里面没有文件：请在原处重新打包，再放入一次。"


class NoneReadable(UnusableFile):
    """None of the files in it can be read: see to each of them and drop it by itself.
    They are:
    """

    zh = "里面的文件都读不了，请逐个处理后单独放入："


class PackedTooDeep(UnusableFile):
    """Archives are packed in archives, too many deep: unpack them and drop the files."""

    zh = "压缩包层层嵌套过多：请解压后放入里面的文件。"


class WasForgotten(UnusableFile):
    """This file was removed for good (fazhi forget), and is not taken again; an admin may allow it:
    fazhi forget --allow-again.
    """

    zh = "这个文件已按要求彻底删除，不再收取；如确需收取，请管理员运行 fazhi forget --allow-again。"


class DrawnByScript(UnusableFile):
    """The text of this page is drawn by its scripts (JavaScript) and is not in the file: open the
    page in the browser and print it as a PDF, then drop that.
    """

    zh = (
        "这个网页的文字由程序（JavaScript）显示，不在文件里：请用浏览器打开网页，"
        "打印成 PDF，再放入一次。"
    )


class PagesWithoutText(UnusableFile):
    """The file is a picture, or has pages that are (a scan), or whose characters cannot be copied
    out: add text recognition here (`make ocr`) and drop it again, or drop a version with text (the
    original .docx). The pages are:
    """

    zh = (
        "文件是图片或扫描件，或有的页面是图片、文字无法复制（页码见括号内）："
        "请在本机安装文字识别（运行 make ocr）后再放入一次，或放入原始的 .docx 等有文字的版本。"
    )

    def __init__(self, detail: str = "", detail_zh: str = "", *, pages: int = 1) -> None:
        super().__init__(detail, detail_zh)
        self.pages = pages
        """How many."""


class DrawnLetters(UnusableFile):
    """The letters of this file are drawn one by one, in a font of its own, and stand for no
    characters: open it in its program and print it as a PDF, then drop that. The pages are:
    """

    zh = (
        "文件中的文字是逐个画出来的，没有对应的字符（页码见括号内）："
        "请用原来的软件打开，打印成 PDF，再放入一次。"
    )


class UndecodableText(UnusableFile):
    """The text is in no known Chinese encoding: save it as UTF-8 and drop it again."""

    zh = "文字编码无法识别：请另存为 UTF-8 编码，再放入一次。"


class TooLarge(UnusableFile):
    """The file is larger than can be read safely: drop the report alone,
    without its attachments and pictures.
    """

    zh = "文件太大：请只放入报告本身，不带附件和图片。"


class TooManyNumbers(UnusableFile):
    """The text states more numbers than any report: drop the report alone,
    without its tables and attachments.
    """

    zh = "文中数字过多，不像一份报告：请只放入报告本身，不带附表和附件。"


class TookTooLong(UnusableFile):
    """Reading the file took too long and was stopped:
    save it in another format and drop it again.
    """

    zh = "读取时间过长，已停止：请另存为其他格式，再放入一次。"


class StoppedReader(UnusableFile):
    """Reading the file stopped its reader, which often means damage:
    save it anew in its program and drop it again.
    """

    zh = "读取时程序中断，文件可能已损坏：请用原来的软件重新保存，再放入一次。"


class ForbiddenStep(UnusableFile):
    """The file made its reader try what no report needs (a connection, a program)
    and was stopped: ask its sender.
    """

    zh = "读取时文件试图联网或运行程序，已停止：请向来文单位核实。"


class NotAFile(UnusableFile):
    """This was a link or a device, not a file, and is removed: drop a copy of the file itself."""

    zh = "这是链接或设备，不是文件，已移除：请放入文件本身的副本。"


class SecondName(UnusableFile):
    """This is a second name (a hard link) of a file, not a file of its own,
    and may still change: drop a copy of it.
    """

    zh = "这是另一个文件的硬链接，不是单独的文件，内容可能还会变：请复制一份再放入。"


class GivenUp(UnusableFile):
    """Reading the file failed several times and was given up; it is tried again after an update of
    fazhi. Or save it in another format and drop that.
    """

    zh = "多次读取失败，已暂停处理，程序更新后会自动重试；也可另存为其他格式再放入一次。"


class CatalogueError(FazhiError):
    """A catalogue file is wrong: mend the entry that is named here."""


class SettingError(FazhiError):
    """A setting is wrong: mend it in the environment or in .env."""


class ServiceMissing(FazhiError):
    """A service that fazhi needs is not there: `fazhi doctor` says what to do."""


class TeachingError(Notice):
    """This cannot be taught so."""

    zh = "不能这样归类。"


class CannotTeach(TeachingError):
    """This group cannot be taught so."""

    zh = "这组数字不能这样归类。"


class NoSuchGroup(TeachingError):
    """There is no such group of figures: `fazhi teach` lists them."""

    zh = "没有这组数字，请从列表中选。"


class NoSuchLesson(TeachingError):
    """There is no entry of this number that is in force: `fazhi teach --history` lists them."""

    zh = "没有这个编号的条目，或者它已经撤回。"


class TaughtBefore(TeachingError):
    """This group has an entry already: take that back first."""

    zh = "这组数字已经归过类，请先撤回原来的条目。"


class TriedBefore(TeachingError):
    """Other entries were taken or taken back since this one was tried: look at it again."""

    zh = "试算之后条目有变动，请重新试算后再采用。"
