#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The examples for CI in README.md are what their systems read, and do what they say: their commands run
on a good and on a bad capture, as a runner would, with the exit status and the JUnit file that follow."""
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree
from pathlib import Path

try:
    import yaml
except ImportError as missing:
    print(f"SKIP: {missing}")
    sys.exit(77)

TOP = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parent.parent))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures"))
TOOL = Path(os.environ.get("TOOL", "./dnstap-analyse")).resolve()
BASELINE = "01d-healthy.fstrm.xz"
GOOD = "01c-healthy.fstrm.xz"
BAD = "03d-all-upstreams-dead.fstrm.xz"
OURS = re.compile(r"\bdnstap-analyse\b|\bdns\.txt\b")


def examples():
    """Each fenced block of YAML that runs the program, read."""
    text = (TOP / "README.md").read_text("utf-8")
    for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S):
        if "dnstap-analyse" in block:
            yield yaml.safe_load(block)


def github(document):
    """(script, runs after a failure, too) of the steps of every job."""
    for job in document["jobs"].values():
        assert job["runs-on"]
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step), step
            if OURS.search(step.get("run", "")):
                yield step["run"], step.get("if") == "always()"


def gitlab(document):
    (job,) = document.values()
    assert job["artifacts"]["reports"]["junit"] and job["artifacts"]["when"] == "always"
    lines = [line for line in job["script"] if OURS.search(line)]
    return [("\n".join(lines), False)]


def run(script, folder):
    environment = os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
                                "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                          check=False).returncode


def play(steps, capture):
    """The status of the first step that fails, the JUnit document and the summary."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bin").mkdir()
        (folder / "bin/dnstap-analyse").symlink_to(TOOL)
        (folder / "capture.fstrm").write_bytes((FIXTURES / capture).read_bytes())
        subprocess.run([TOOL, "-o", f"json={folder / 'dns-baseline.json'}", FIXTURES / BASELINE],
                       check=True)
        status = 0
        for script, always in steps:
            if status == 0 or always:
                status = run(script, folder) or status
        root = tree.parse(folder / "dns-junit.xml").getroot()
        assert (folder / "dns.html").read_bytes().startswith(b"<!")
        summary = folder / "summary.md"
        return status, root, summary.read_text("utf-8") if summary.exists() else None


def main():
    systems = set()
    for document in examples():
        is_github = "jobs" in document
        systems.add(is_github)
        steps = list(github(document) if is_github else gitlab(document))
        assert len(steps) == (2 if is_github else 1), steps
        for capture, want in ((GOOD, 0), (BAD, 1)):
            status, root, summary = play(steps, capture)
            what = f"{'GitHub' if is_github else 'GitLab'}, {capture}"
            assert status == want, f"{what}: exit {status}"
            assert (int(root.get("failures")) > 0) == bool(want), f"{what}: JUnit"
            assert root.get("errors") == "0", f"{what}: JUnit has errors"
            if is_github:
                assert summary.startswith("~~~\n") and summary.endswith("~~~\n"), summary
                assert "GATES\n" in summary and ("\n  FAILED " in summary) == bool(want), summary
    assert systems == {True, False}, "README.md has no example for GitHub, or none for GitLab"
    print("2 systems")


if __name__ == "__main__":
    main()
