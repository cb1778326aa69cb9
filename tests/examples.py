#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every command shown in README.md and in EXAMPLES of the man page runs; where output is shown
below it, that is what it prints (a line `...` stands for any lines).  With UPDATE=1 (`make
update-docs`) the outputs of README.md are written anew: read the difference before you commit."""
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

TOP = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parent.parent))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures"))
TOOL = Path(os.environ.get("TOOL", "./dnstap-analyse")).resolve()
README = TOP / "README.md"
MANUAL = TOP / "man/dnstap-analyse.1"
ANY = "..."

# Stand-ins for the files that examples name: the content decides what a file is, not its name.
UPSTREAMS_DEAD = "03d-all-upstreams-dead.fstrm.xz"
TWO_REPLICAS = "13-two-replicas.fstrm.xz"
FILES = {name: UPSTREAMS_DEAD for name in (
    "capture.fstrm", "coredns.fstrm", "monday.fstrm",
    "capture.fstrm.xz", "capture.fstrm.gz", "capture.fstrm.zst")}
FILES |= {f"{name}-{n}.fstrm": TWO_REPLICAS for name in ("coredns", "capture") for n in range(3)}
FILES |= {
    "incident.fstrm": "02c-one-upstream-dead.fstrm.xz",
    "client.pcap": "07-client-loss-client.pcap.xz",
    "coredns.pcap": "19-dot-upstream-coredns.pcap.xz",
    "node.pcap": "13-two-replicas-node.pcap.xz",
    "cluster.yaml": "cluster/cluster.yaml",
    "aks.fstrm": "22-aks-guide.fstrm.xz",
    "aks.yaml": "cluster/aks.yaml",
}
# Programs that a test has no use for; and those without which an example says nothing of ours.
NOT_HERE = re.compile(r"\b(kubectl|ssh|nc|fstrm_capture|sudo|apt-get|git) ")
OURS = re.compile(r"\b(dnstap-analyse|jq)\b")


@dataclass
class Example:
    where: str
    command: str
    shown: list  # the lines below it; empty: its output is not shown
    first: int = 0  # the first of these lines in README.md, counted from 0


def readme_examples(lines):
    """In a fenced block `$ COMMAND`, which goes on behind a `|`, `,` or `\\` at the end of a line, and
    its output down to the next command, to a blank line with a `#` line behind it, or to the fence.
    Elsewhere indented lines, of commands or of options only (columns without a view: messages)."""
    number, fenced = 0, False
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.startswith("```"):
            fenced = not fenced
        if not fenced and line.startswith(("    dnstap-analyse ", "    -")):
            while line.endswith("\\"):
                line = line[:-1] + lines[number]
                number += 1
            program = "dnstap-analyse capture.fstrm "
            if "--fields" in line and "--view" not in line:
                program = "dnstap-analyse --view messages --cluster aks.yaml aks.fstrm "
            yield Example("README.md", line[4:] if line[4] == "d" else program + line[4:], [])
        if not fenced or not line.startswith("$ "):
            continue
        command = line[2:]
        while command.endswith(("|", ",", "\\")):
            command += "\n" + lines[number]
            number += 1
        first = number
        while not lines[number].startswith(("```", "$ ")) and \
                not (lines[number] == "" and lines[number + 1].startswith(("# ", "$ "))):
            number += 1
        yield Example("README.md", command, lines[first:number], first)


def manual_examples(lines):
    """Lines of EXAMPLES between .EX or .nf and .EE or .fi."""
    section = text = False
    held = ""
    for line in lines:
        if line.startswith("."):
            if line.startswith(".SH"):
                section = "EXAMPLES" in line
            text = section and line.startswith((".EX", ".nf"))
            continue
        if not text:
            continue
        for written, meant in (("\\-", "-"), ("\\(aq", "'"), ("\\[aq]", "'"), ("\\&", ""),
                               ("\\(ti", "~"), ("\\e", "\\"), ("\\(rs", "\\")):
            line = line.replace(written, meant)
        held += re.sub(r"^\s*(\$ )?", "", re.sub(r"\\f[BIRP]", "", line))
        if held.endswith("\\"):
            held = held[:-1]
            continue
        if "dnstap-analyse" in held:
            yield Example("man page", held, [])
        held = ""


def run(command, folder):
    """Standard output as lines, and what went wrong."""
    if command == "scripts/analyse":
        command = f"dnstap-analyse fixtures/{UPSTREAMS_DEAD}"
    environment = os.environ | {"COLUMNS": "80", "LC_ALL": "C.UTF-8",
                                "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=folder / "files",
                          env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=120, check=False)
    failure, judged = None, re.search("--(fail-|baseline)", command)
    if done.returncode != 0 and not (done.returncode == 1 and judged):
        failure = f"exit {done.returncode}: {done.stderr.decode(errors='replace')[:300]}"
    return done.stdout.decode("utf-8").rstrip("\n").split("\n"), failure


def pieces(shown):
    """What stands between the lines `...`."""
    out = [[]]
    for line in shown:
        if line == ANY:
            out.append([])
        else:
            out[-1].append(line)
    return out


def matches(shown, out):
    parts, at = pieces(shown), 0
    if len(parts) == 1:
        return shown == out
    for number, part in enumerate(parts):
        places = range(at, len(out) - len(part) + 1)
        if number == 0:
            places = places[:1]
        elif number == len(parts) - 1:
            places = places[-1:]
        at = next((place + len(part) for place in places
                   if out[place:place + len(part)] == part), None)
        if at is None:
            return False
    return True


def partners(old, new):
    """Pairs of lines that tell of the same, in order: the pairing that is most alike in all, where
    figures are all alike."""
    old, new = ([re.sub(r"\d", "0", line) for line in lines] for lines in (old, new))
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    like = [[0.0] * len(new) for _ in old]
    for i, left in reversed(list(enumerate(old))):
        for j, right in reversed(list(enumerate(new))):
            ratio = difflib.SequenceMatcher(None, left, right, autojunk=False).ratio()
            like[i][j] = ratio if ratio > 0.6 else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], like[i][j] + best[i + 1][j + 1])
    out, i, j = {}, 0, 0
    while i < len(old) and j < len(new):
        if like[i][j] and best[i][j] == like[i][j] + best[i + 1][j + 1]:
            out[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return out


def indent(line):
    return len(line) - len(line.lstrip())


def renewed(shown, out):
    """The output shown as it would be now: each piece between the `...` from where its first line is
    to where the paragraph of its last line ends.  None where a piece is not to be found."""
    parts = pieces(shown)
    if len(parts) == 1:
        return out
    pairs = partners([line for part in parts for line in part], out)
    new, seen = [], 0
    for number, part in enumerate(parts):
        here = [pairs[line] for line in range(seen, seen + len(part)) if line in pairs]
        found_first = seen in pairs
        seen += len(part)
        if number > 0:
            new.append(ANY)
        if not part:
            continue
        if not here:
            return None
        first, last = here[0], here[-1]
        while not found_first and first > 0 and out[first - 1] != "":
            first -= 1
        while last + 1 < len(out) and indent(out[last + 1]) >= max(indent(out[last]), 1):
            last += 1
        new += out[0 if number == 0 else first:len(out) if part is parts[-1] else last + 1]
    return new


def prepare(folder):
    (folder / "bin").mkdir()
    (folder / "bin/dnstap-analyse").symlink_to(TOOL)
    (folder / "files").mkdir()
    for name, fixture in FILES.items():
        shutil.copyfile(FIXTURES / fixture, folder / "files" / name)
    (folder / "files/fixtures").symlink_to(FIXTURES)


def main():
    update = os.environ.get("UPDATE") == "1"
    lines = README.read_text("utf-8").split("\n")
    examples = list(readme_examples(lines))
    if not update:
        examples += manual_examples(MANUAL.read_text("utf-8").split("\n"))
    problems, done, jq = [], 0, shutil.which("jq")
    with tempfile.TemporaryDirectory(prefix="dnstap-analyse-test.") as name:
        folder = Path(name)
        prepare(folder)
        results = []
        for one in examples:
            if not (OURS.search(one.command) or one.command == "scripts/analyse") or \
                    NOT_HERE.search(one.command) or ("jq " in one.command and not jq):
                continue
            done += 1
            results.append((one, *run(one.command, folder)))
    for one, out, failure in reversed(results):  # from below: what is replaced moves no line above
        if failure:
            problems.append(f"{one.where}: {one.command}: {failure}")
        elif one.shown and update:
            new = renewed(one.shown, out)
            if new is None:
                problems.append(f"{one.where}: write by hand what is shown of: {one.command}")
            else:
                lines[one.first:one.first + len(one.shown)] = new
        elif one.shown and not matches(one.shown, out):
            problems.append(f"{one.where}: shows other output than: {one.command}\n" + "\n".join(
                list(difflib.unified_diff(one.shown, out, "shown", "printed", lineterm=""))[:60]))
    if update and "\n".join(lines) != README.read_text("utf-8"):
        README.write_text("\n".join(lines), "utf-8")
    for problem in problems:
        print(f"FAIL: {problem}", file=sys.stderr)
    print(f"{done} examples, {len(problems)} failed")
    if problems or not done:
        return 1
    if not jq:
        print("SKIP: no jq")
    return 0 if jq else 77


if __name__ == "__main__":
    sys.exit(main())
