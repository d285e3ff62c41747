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
WEIGHTS = {"sans": (400, 500, 600), "mono": (400, 500)}
FILES = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE": "htmx.org/LICENSE",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
    "echarts/zrender/LICENSE": "zrender/LICENSE",
    "plex/LICENSE": "@fontsource/ibm-plex-sans/LICENSE",
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
SOURCE_MAP = re.compile(r"\n?/[*/]# sourceMappingURL=.*?(\*/)?\s*$")


def main() -> None:
    """Install the packages aside and copy what the pages use."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed to renew static/vendor")
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


def _copy(modules: Path) -> None:
    for target, source in FILES.items():
        path = VENDOR / target
        path.parent.mkdir(parents=True, exist_ok=True)
        # Without the address of a source map that is not here: hashed names would miss it.
        path.write_text(SOURCE_MAP.sub("\n", (modules / source).read_text()))
    rules = []
    for family, weights in WEIGHTS.items():
        package = modules / "@fontsource" / f"ibm-plex-{family}"
        for weight in weights:
            font = f"ibm-plex-{family}-latin-{weight}-normal.woff2"
            shutil.copy(package / "files" / font, VENDOR / "plex" / font)
            rules.append(
                f"@font-face {{ font-family: 'IBM Plex {family.capitalize()}';"
                f" font-weight: {weight}; font-style: normal; font-display: swap;"
                f" src: url({font}) format('woff2'); }}\n"
            )
    (VENDOR / "plex" / "plex.css").write_text("".join(rules))


def _build_charts(npm: str, place: Path) -> None:
    """One file with the parts of ECharts that are used, under the global name `echarts`."""
    entry = place / "charts.mjs"
    entry.write_text(CHART_PARTS)
    options = ("--bundle", "--minify", "--format=iife", "--global-name=echarts")
    command = [npm, "exec", "--no", "--", "esbuild", str(entry), *options, f"--outfile={CHARTS}"]
    subprocess.run([*command, "--legal-comments=none", "--target=es2020"], cwd=place, check=True)


if __name__ == "__main__":
    main()
