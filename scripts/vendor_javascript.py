"""JavaScript of others, as the site ships it: built from npm packages that a lock file pins.

    python scripts/vendor_javascript.py [--check]

Needs npm; users, tests and the site's build do not. ``--check`` builds anew and compares: the
module's text, and the WebAssembly as such, since two versions of zlib need not compress alike.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "site" / "vendor"
KEPT = ROOT / "site" / "assets" / "vendor" / "oxigraph.js"
CHECKSUM = SOURCE / "sha256.txt"
HEAD = "// oxigraph, (c) its contributors, MIT or Apache-2.0; see site/vendor/README.md\n"
NAME = "window.CETU_OXIGRAPH="


def package() -> tuple[str, bytes]:
    """The module's text as a plain script that defines ``oxigraph``, and the WebAssembly."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / name, folder)
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True
        )
        found = Path(folder) / "node_modules" / "oxigraph"
        return as_script((found / "web.js").read_text("utf-8")), (found / "web_bg.wasm").read_bytes()


def as_script(module: str) -> str:
    """The module without what only a module may say."""
    plain = re.sub(r"^export (?=class |function )", "", module, flags=re.MULTILINE)
    plain, ends = re.subn(r"^export \{ initSync, __wbg_init as default \};\n?", "", plain, flags=re.MULTILINE)
    plain, places = re.subn(r"new URL\('web_bg\.wasm', import\.meta\.url\)", "undefined", plain)
    if (ends, places) != (1, 1) or re.search(r"^(export|import) |import\.meta", plain, re.MULTILINE):
        raise SystemExit("oxigraph/web.js is not of the form that this script knows")
    return f"const oxigraph = (() => {{\n{plain}\nreturn {{ initSync, parse, Store }};\n}})();\n"


def written(program: str, wasm: bytes) -> str:
    packed = base64.b64encode(gzip.compress(wasm, 9, mtime=0)).decode()
    return f"{HEAD}{NAME}{json.dumps({'program': program, 'wasm': packed})};\n"


def kept() -> tuple[str, bytes]:
    text = KEPT.read_text("utf-8")
    data = json.loads(text.removeprefix(HEAD).removeprefix(NAME).rstrip(";\n"))
    return data["program"], gzip.decompress(base64.b64decode(data["wasm"]))


def checksum() -> str:
    return f"{hashlib.sha256(KEPT.read_bytes()).hexdigest()}  {KEPT.relative_to(ROOT).as_posix()}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    if parser.parse_args().check:
        same = kept() == package() and checksum() == CHECKSUM.read_text("utf-8")
        print("same" if same else "differs", file=sys.stdout if same else sys.stderr)
        return 0 if same else 1
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(written(*package()), "utf-8")
    CHECKSUM.write_text(checksum(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
