#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Opens HTML reports in a headless Chromium: wide and narrow, light, dark and on paper.  None logs
an error, meets its own policy, asks for anything but itself, or is wider than its window; labels do
not lie on one another, texts have contrast.  BROWSER_PICTURES=FOLDER keeps the pictures."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import chromium

TOP = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parents[2]))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures"))
TOOL = os.environ.get("TOOL", "./dnstap-analyse")
SCRIPT = Path(__file__).with_name("pages.js").read_text("utf-8")
WIDTHS = (1400, 768, 360)

# Arguments by the name of their page.
PAGES = {
    "all-dead": ["03d-all-upstreams-dead.fstrm.xz"],
    "one-dead": ["02c-one-upstream-dead.fstrm.xz", "02c-one-upstream-dead-coredns.pcap.xz"],
    "healthy": ["01c-healthy.fstrm.xz"],
    "replicas": ["13-two-replicas.fstrm.xz", "13-two-replicas-node.pcap.xz"],
    "restart": ["14-restart-node.pcap.xz"],
    "loss": ["10-sample-loss.fstrm.xz"],
    "cut": ["10d-cut-file.fstrm.xz"],
    "chain": ["17-nodelocal-chain-node.pcap.xz"],
    "ipv6": ["12-ipv6-rewrite-coredns.pcap.xz"],
    "dot": ["19-dot-upstream-coredns.pcap.xz"],
    "odd": ["21-odd-upstream-coredns.pcap.xz", "--limit", "1000"],
    "moment": ["semantics/e1-1.11.3.fstrm", "--since", "+4s", "--until", "+4100ms"],
    "hostile": ["packets/hostile.pcapng"],
    "described": ["packets/described.pcapng"],
    "empty": ["packets/header-only.pcap"],
    "unusable": ["semantics/e1-1.11.3.fstrm", "README.md", "absent<img src=x>.fstrm"],
    "days": ["01a-healthy.fstrm.xz", "01c-healthy-node.pcap.xz", "semantics/e1-1.8.0.fstrm"],
}


def make(folder, name, arguments):
    path = folder / (name + ".html")
    done = subprocess.run([TOOL, "-o", f"html={path}", *arguments], cwd=FIXTURES, check=False,
                          capture_output=True)
    if done.returncode not in (0, 3):
        raise RuntimeError(f"{arguments}: exit {done.returncode}: {done.stderr.decode()[:300]}")
    return path


def complaints(events, url):
    """What a load logged, and what it asked for beside the page."""
    for event in events:
        method, what = event["method"], event["params"]
        if method == "Network.requestWillBeSent" and what["request"]["url"] != url:
            yield "asks for " + what["request"]["url"][:200]
        elif method == "Log.entryAdded" and what["entry"]["level"] in ("error", "warning"):
            yield "logs " + what["entry"]["text"][:200]
        elif method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
            yield method
        elif method == "Page.javascriptDialogOpening":
            yield "runs a script"
        elif method == "Audits.issueAdded":
            yield "issue " + what["issue"]["code"]


def is_blank(browser):
    """Whether next to all of the picture is of one colour."""
    clip = {"x": 0, "y": 0, "width": browser.evaluate("innerWidth"), "height": 600, "scale": 0.25}
    counts = chromium.colours(browser.screenshot(clip))
    return len(counts) < 16 or max(counts.values()) > 0.97 * sum(counts.values())


def judge(browser, path, pictures):
    found, backgrounds = [], {}
    for width in WIDTHS:
        for dark in (False, True):
            browser.look(width, 900, dark)
            where = f"{path.stem}, {width}, {'dark' if dark else 'light'}"
            found += [f"{where}: {one}" for one in complaints(browser.open(path.as_uri()),
                                                              path.as_uri())]
            found += [f"{where}: {one}" for one in browser.evaluate(SCRIPT)]
            if is_blank(browser):
                found.append(f"{where}: a blank picture")
            backgrounds[dark] = browser.evaluate("getComputedStyle(document.body).backgroundColor")
            if pictures:
                height = browser.evaluate("document.documentElement.scrollHeight")
                clip = {"x": 0, "y": 0, "width": width, "height": min(height, 12000), "scale": 1}
                name = f"{path.stem}-{width}-{'dark' if dark else 'light'}.png"
                (pictures / name).write_bytes(browser.screenshot(clip))
    if backgrounds[False] == backgrounds[True]:
        found.append(f"{path.stem}: light and dark are the same")
    pdf = browser.pdf()
    if not pdf.startswith(b"%PDF-") or len(pdf) < 10000:
        found.append(f"{path.stem}: cannot be printed")
    if pictures:
        (pictures / (path.stem + ".pdf")).write_bytes(pdf)
    return found


def main():
    program = chromium.find()
    if program is None:
        if os.environ.get("BROWSER_MUST") == "1":
            print("FAIL: no Chromium: install the package chromium", file=sys.stderr)
            return 1
        print("SKIP: no Chromium (package chromium, or BROWSER_PROGRAM=PATH)", file=sys.stderr)
        return 0
    pictures = os.environ.get("BROWSER_PICTURES")
    if pictures:
        pictures = Path(pictures)
        pictures.mkdir(parents=True, exist_ok=True)
    problems = []
    with tempfile.TemporaryDirectory(prefix="dnstap-analyse-test.") as folder:
        browser = chromium.Chromium(program)
        try:
            for name, arguments in PAGES.items():
                problems += judge(browser, make(Path(folder), name, arguments), pictures)
        finally:
            browser.close()
    for problem in problems:
        print(f"FAIL: {problem}", file=sys.stderr)
    print(f"{len(PAGES)} pages, {len(WIDTHS)} widths, light and dark, printed: "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
