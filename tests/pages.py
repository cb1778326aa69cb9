#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The HTML report of every fixture is well formed and accessible, holds nothing that could run or
load, and tells what the JSON tells; whatever stands in a capture or a file's name stays a text."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

TOP = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parent.parent))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures"))
TOOL = os.environ.get("TOOL", "./dnstap-analyse")
LARGEST = 200 << 10  # octets of an everyday report

VOID = {"meta", "wbr"}
SHAPES = {"path", "rect", "line"}
# All that the program writes; anything else came out of a capture.
ELEMENTS = VOID | SHAPES | set(
    "html head title style body a header main nav section article footer h1 h2 h3 h4 h5 h6 p ul li "
    "dl dt dd div span b strong code table caption thead tbody tr th td figure figcaption details "
    "summary svg g text desc".split())
ATTRIBUTES = set(
    "lang charset http-equiv content name href rel class id tabindex role aria-label "
    "aria-labelledby aria-hidden scope width height viewbox preserveaspectratio xmlns x y x1 x2 y1 "
    "y2 d".split())
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
HOSTILE_NAME = "<script>alert(1)<!--\"' & \u202e \x1b[31m\n.pcapng"


class Page(HTMLParser):
    """Checks the tree as it reads it; `words` are all texts but the style's."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.problems, self.open, self.ids, self.links = [], [], [], []
        self.words, self.heading, self.policy, self.children = [], 0, None, []
        self.feed(text)
        self.close()
        if self.open:
            self.problems.append(f"not closed: {self.open}")
        for link in self.links:
            if link not in self.ids:
                self.problems.append(f"there is no #{link}")
        if len(set(self.ids)) != len(self.ids):
            self.problems.append("an id stands twice")

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag not in ELEMENTS:
            self.problems.append(f"element {tag}")
        for name in named:
            if name not in ATTRIBUTES:
                self.problems.append(f"attribute {tag} {name}")
        self.note(tag, named)
        if self.children:
            self.children[-1].append(tag)
        if tag not in VOID:
            self.open.append(tag)
            self.children.append([])

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def note(self, tag, named):
        if "id" in named:
            self.ids.append(named["id"])
        if "aria-labelledby" in named:
            self.links.append(named["aria-labelledby"])
        if tag == "a":
            target = named.get("href", "")
            if target.startswith("#"):
                self.links.append(target[1:])
            elif not re.fullmatch(r"https://[\x21-\x7e]+", target):
                self.problems.append(f"link to {target!r}")
        if tag == "th" and named.get("scope") not in ("row", "col"):
            self.problems.append("a head without scope")
        if tag == "html" and named.get("lang") != "en":
            self.problems.append("no language")
        if named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named["content"]
        if re.fullmatch("h[1-6]", tag):
            order = int(tag[1])
            if order > self.heading + 1:
                self.problems.append(f"h{order} behind h{self.heading}")
            self.heading = order
        if tag == "svg" and "svg" not in self.open and \
                named.get("role") != "img" and named.get("aria-hidden") != "true":
            self.problems.append("a picture without a role")

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> in {self.open}")
            return
        self.open.pop()
        children = self.children.pop()
        if tag == "table" and children[:1] != ["caption"]:
            self.problems.append("a table without caption")
        if tag == "svg" and "svg" not in self.open and children[:2] != ["title", "desc"] and \
                "title" in children:
            self.problems.append("a picture without its words")

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    def handle_comment(self, data):
        self.problems.append(f"comment {data!r}")


def run(output, *files, folder=FIXTURES):
    done = subprocess.run([TOOL, "-o", output, *files], cwd=folder, capture_output=True, check=False)
    if done.returncode not in (0, 3):
        raise AssertionError(f"{files}: exit {done.returncode}: {done.stderr.decode()[:300]}")
    return done.stdout


def grouped(number):
    return f"{number:,}"


def figures(report):
    """Texts that must stand in the page."""
    for path in ("messages", "sessions", "failed", "slow"):
        yield grouped(report["totals"][path])
    yield report["verdict"]["state"]
    yield report["verdict"]["sentence"]
    yield from report["verdict"]["unseen"]
    for finding in report["findings"]:
        for key in ("key", "severity", "summary", "confidence", "advice", "reference"):
            yield finding[key]
        yield from finding["next"]
        yield from (one["what"] for one in finding["evidence"])
    for upstream in report["upstreams"]:
        yield upstream["addr"]
        yield grouped(upstream["attempts"])
    for one in report["latency"]["histogram"]:
        yield grouped(one["sessions"]) if one["sessions"] else ""
    for bucket in report["timeline"]:
        yield bucket["start"][11:19]
        yield grouped(bucket["sessions"])
    for rows, key in (("names", "name"), ("failing_names", "name"), ("clients", "addr"),
                      ("servers", "name"), ("statuses", "reason"), ("rcodes", "rcode"),
                      ("bitmaps", "meaning"), ("realms", "realm"), ("types", "type"),
                      ("inputs", "file"), ("slow", "name")):
        yield from (row[key] for row in report[rows] if row[key])


def judge(file):
    data = run("html", file)
    page = Page(data.decode("utf-8"))
    found = page.problems
    if page.policy != POLICY:
        found.append(f"policy {page.policy}")
    if len(data) > LARGEST:
        found.append(f"{len(data)} octets")
    if run("html", file) != data:
        found.append("other octets the second time")
    words = "".join(page.words)
    for text in figures(json.loads(run("json", file))):
        # JSON has controls and other octets than ASCII as they are
        if text.isascii() and text.isprintable() and text not in words:
            found.append(f"{text!r} is missing")
    return [f"{file}: {one}" for one in found]


def judge_hostile():
    """A hostile capture under a hostile name, beside one that is not there under such a name."""
    with tempfile.TemporaryDirectory(prefix="dnstap-analyse-test.") as folder:
        shutil.copy(FIXTURES / "packets/hostile.pcapng", Path(folder) / HOSTILE_NAME)
        data = run("html", HOSTILE_NAME, "</title><img src=x onerror=alert(1)>", folder=folder)
    page = Page(data.decode("utf-8"))
    words = "".join(page.words)
    found = page.problems
    for text in ("<script>alert(1)<!--\"' & \\xe2\\x80\\xae \\x1b[31m\\x0a.pcapng",
                 "</title><img src=x onerror=alert(1)>", "<script>alert(1)</script>.test.",
                 "</title></style></svg>.--><!--.]]>.test.", "a&amp;b&lt;&#60;.test.",
                 "first comment: <img src=x onerror=\"alert(1)\">' & \\xe2\\x80\\xae "
                 "\\x1b]0;x\\x07 \\x0a", "second comment \\xff\\xc3", "<b>tool</b>\\x1b[2J"):
        if text not in words:
            found.append(f"{text!r} is missing")
    if re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]", data):
        found.append("controls got through")
    return [f"hostile: {one}" for one in found]


def main():
    lines = (FIXTURES / "expected.tsv").read_text("utf-8").splitlines()
    files = [line.split("\t")[0] for line in lines if line and not line.startswith("#")
             and line.split("\t")[1] != "4"]
    problems = judge_hostile()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(judge, files):
            problems += found
    for problem in problems[:60]:
        print(f"FAIL: {problem}", file=sys.stderr)
    print(f"{len(files) + 1} pages, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
