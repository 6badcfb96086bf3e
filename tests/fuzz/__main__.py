"""`make fuzz`: each reader for a while, one after the other; what was found stays in a folder."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

FORMATS = (
    "docx", "doc", "odt", "fodt", "xlsx", "xls", "ods", "ofd", "pdf", "rtf", "html", "txt", "zip",
    "tar", "eml", "msg", "mhtml", "picture", "glyphs",
)  # fmt: skip
# A reader that needs longer for an input of 64 KB hangs; one that needs more memory is a bomb.
_SECONDS, _MEGABYTES, _LARGEST = 20, 2048, 1 << 16


def fuzz(name: str, minutes: float, folder: Path) -> bool:
    """Was nothing found?"""
    command = [
        *(sys.executable, "-m", "tests.fuzz.target", name, str(folder / name)),
        *(f"-max_total_time={int(60 * minutes)}", f"-timeout={_SECONDS}"),
        *(f"-rss_limit_mb={_MEGABYTES}", f"-max_len={_LARGEST}", "-len_control=0"),
        *(f"-artifact_prefix={folder}/{name}-", "-print_final_stats=1", "-verbosity=1"),
    ]
    log = folder / f"{name}.log"
    with log.open("wb") as written:
        status = subprocess.run(command, stdout=written, stderr=written, check=False).returncode
    lines = log.read_text(errors="replace").splitlines()
    told = [line for line in lines if line.startswith(("stat::number_of_executed", "==", "Done"))]
    print(name, "ended well" if not status else "FAULT", *told[-3:], sep="; ", flush=True)
    return not status


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--folder", type=Path, help="where inputs and faults are kept")
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    print("faults and logs are kept in", folder, flush=True)
    well = [fuzz(name, chosen.minutes, folder) for name in chosen.formats or FORMATS]
    sys.exit(not all(well))


if __name__ == "__main__":
    main()
