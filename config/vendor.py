"""Copies the pinned front-end files into static/vendor: `python -m config.vendor` (needs npm).

The copies are committed, so that neither npm nor a network is needed to run the product. The
manifest holds the version and the SHA-256 of each file.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"
FONTS = {
    "@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2": "400 600",
    "@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2": "400",
    "@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-500-normal.woff2": "500",
}
"""The weights of each file: one of all weights is smaller than three of one each."""
FILES = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE": "htmx.org/LICENSE",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
    "echarts/zrender/LICENSE": "zrender/LICENSE",
    "plex/LICENSE": "@fontsource-variable/ibm-plex-sans/LICENSE",
}
CHARTS = VENDOR / "echarts" / "echarts.min.js"
# What the charts use and no more: the whole of ECharts is more than twice as much. On canvas, for
# the other renderer writes style attributes, which the content policy forbids.
CHART_PARTS = """
import { init, use } from "echarts/core";
import { BarChart, SankeyChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
use([BarChart, SankeyChart, GridComponent, TooltipComponent, CanvasRenderer]);
export { init };
"""
STYLES = VENDOR / "tabler" / "tabler.min.css"
LEFT_OUT = VENDOR / "tabler" / "left-out.txt"
CONTENT = ("templates/**/*.html", "static/js/*.js", "analyzer/**/*.py", "web/**/*.py")
"""Where classes are named; a word there keeps the rules of a class of that name."""
WORD = re.compile(r"[A-Za-z0-9_-]+")
CLASS = re.compile(r"\.((?:[\w-]|\\.)+)")
# Tabler has some 6,000 rules and the pages name a few hundred of their classes.
PURGE = """
import { PurgeCSS } from "purgecss";
import { readFileSync, writeFileSync } from "node:fs";
const [styles, left, ...words] = JSON.parse(readFileSync("purge.json", "utf8"));
const content = [{ raw: words.join(" "), extension: "html" }];
const [found] = await new PurgeCSS().purge({ css: [styles], content, rejected: true });
writeFileSync(styles, found.css);
writeFileSync(left, found.rejected.join("\\n"));
"""
SOURCE_MAP = re.compile(r"\n?/[*/]# sourceMappingURL=.*?(\*/)?\s*$")


def main() -> None:
    """Install the packages aside and copy what the pages use."""
    npm = _tool("npm")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        shutil.copy(ROOT / "package.json", place)
        subprocess.run(
            [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"],
            cwd=place,
            check=True,
        )
        shutil.rmtree(VENDOR, ignore_errors=True)
        _copy(place / "node_modules")
        _build_charts(npm, place)
        _purge_styles(_tool("node"), place)
    MANIFEST.write_text(json.dumps(manifest(), indent=1) + "\n")


def manifest() -> dict[str, object]:
    """Versions from package.json and digests of the files as they are."""
    files = sorted(path for path in VENDOR.rglob("*") if path.is_file() and path != MANIFEST)
    return {
        "packages": json.loads((ROOT / "package.json").read_text())["dependencies"],
        "files": {
            path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        },
    }


def words() -> set[str]:
    """Everything in templates, scripts and code that could be the name of a class."""
    paths = (path for pattern in CONTENT for path in ROOT.glob(pattern))
    return {word for path in paths for word in WORD.findall(path.read_text(encoding="utf-8"))}


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        sys.exit(f"{name} is needed to renew static/vendor")
    return found


def _copy(modules: Path) -> None:
    for target, source in FILES.items():
        path = VENDOR / target
        path.parent.mkdir(parents=True, exist_ok=True)
        # Without the address of a source map that is not here: hashed names would miss it.
        path.write_text(SOURCE_MAP.sub("\n", (modules / source).read_text()))
    rules = []
    for source, weight in FONTS.items():
        font = Path(source).name
        family = "Mono" if "mono" in font else "Sans"
        shutil.copy(modules / source, VENDOR / "plex" / font)
        rules.append(
            f"@font-face {{ font-family: 'IBM Plex {family}'; font-weight: {weight};"
            f" font-style: normal; font-display: swap; src: url({font}) format('woff2'); }}\n"
        )
    (VENDOR / "plex" / "plex.css").write_text("".join(rules))


def _build_charts(npm: str, place: Path) -> None:
    """One file with the parts of ECharts that are used, under the global name `echarts`."""
    entry = place / "charts.mjs"
    entry.write_text(CHART_PARTS)
    options = ("--bundle", "--minify", "--format=iife", "--global-name=echarts")
    command = [npm, "exec", "--no", "--", "esbuild", str(entry), *options, f"--outfile={CHARTS}"]
    subprocess.run([*command, "--legal-comments=none", "--target=es2020"], cwd=place, check=True)


def _purge_styles(node: str, place: Path) -> None:
    """Leave out the rules of classes that nothing names, and write those classes down."""
    (place / "purge.mjs").write_text(PURGE)
    named = words()
    (place / "purge.json").write_text(json.dumps([str(STYLES), str(LEFT_OUT), *sorted(named)]))
    subprocess.run([node, "purge.mjs"], cwd=place, check=True)
    kept = set(CLASS.findall(STYLES.read_text()))
    rejected = set(CLASS.findall(LEFT_OUT.read_text()))
    LEFT_OUT.write_text("".join(f"{name}\n" for name in sorted(rejected - kept - named)))


if __name__ == "__main__":
    main()
