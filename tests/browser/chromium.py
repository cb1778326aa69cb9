# SPDX-License-Identifier: BSD-2-Clause
"""A headless Chromium, spoken to over a pair of pipes (its DevTools protocol); nothing but Python."""
import base64
import json
import os
import select
import shutil
import struct
import subprocess
import tempfile
import time
import zlib

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60  # seconds for any answer: a busy machine starts it slowly


def find():
    """The program: $BROWSER_PROGRAM, else the first of the usual names; None."""
    named = os.environ.get("BROWSER_PROGRAM")
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


class Chromium:
    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="dnstap-analyse-browser.")
        self.last, self.buffer, self.events = 0, b"", []
        in_read, self.into = os.pipe()
        self.out, out_write = os.pipe()
        arguments = [
            program, "--headless=new", "--remote-debugging-pipe", "--disable-gpu",
            "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
            "--disable-component-update", "--disable-extensions", "--disable-dev-shm-usage",
            "--force-device-scale-factor=1", "--user-data-dir=" + self.folder, "about:blank",
        ]
        if os.getuid() == 0:
            arguments.insert(1, "--no-sandbox")  # it refuses to have one as root
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec 3<&"$0" 4>&"$1"; shift 1; exec "$@"',
             str(in_read), str(out_write)] + arguments,
            pass_fds=(in_read, out_write), stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log)
        os.close(in_read)
        os.close(out_write)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = None
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
            self.call(domain + ".enable")

    session = None

    def receive(self, until):
        while b"\0" not in self.buffer:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.out], [], [], left)[0]:
                raise TimeoutError("Chromium does not answer")
            some = os.read(self.out, 1 << 20)
            if not some:
                raise EOFError("Chromium ended; " + self.tail())
            self.buffer += some
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def tail(self):
        with open(self.log.name, "rb") as log:
            return log.read()[-2000:].decode(errors="replace")

    def call(self, method, **parameters):
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.into, data):]
        until = time.monotonic() + PATIENCE
        while True:
            answer = self.receive(until)
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError("%s: %s" % (method, answer["error"]))
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def open(self, url):
        """Loads a page; gives all events of the load."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        until = time.monotonic() + PATIENCE
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            message = self.receive(until)
            if "method" in message:
                self.events.append(message)
        self.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
        return self.events

    def look(self, width, height, dark):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        scheme = "dark" if dark else "light"
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"])[:2000])
        return result["result"].get("value")

    def screenshot(self, clip=None):
        parameters = {"format": "png"}
        if clip:
            parameters.update(clip=clip, captureBeyondViewport=True)
        return base64.b64decode(self.call("Page.captureScreenshot", **parameters)["data"])

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    def close(self):
        os.close(self.into)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.out)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def colours(png):
    """How many pixels of a PNG (8 bit, RGB or RGBA) have each colour."""
    at, data, head = 8, b"", None
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"IHDR":
            head = struct.unpack(">IIBBBBB", png[at + 8:at + 8 + size])
        elif kind == b"IDAT":
            data += png[at + 8:at + 8 + size]
        at += size + 12
    width, height, depth, kind = head[:4]
    assert depth == 8 and kind in (2, 6), head
    step = 3 if kind == 2 else 4
    raw, line, counts = zlib.decompress(data), bytearray(width * step), {}
    for y in range(height):
        start = y * (width * step + 1)
        line = unfilter(raw[start], raw[start + 1:start + 1 + width * step], line, step)
        for x in range(0, len(line), step):
            colour = bytes(line[x:x + 3])
            counts[colour] = counts.get(colour, 0) + 1
    return counts


def unfilter(method, row, above, step):
    """A row of a PNG as it was before its filter (PNG section 9)."""
    line = bytearray(row)
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        up, corner = above[i], above[i - step] if i >= step else 0
        if method == 1:
            line[i] = (line[i] + left) & 255
        elif method == 2:
            line[i] = (line[i] + up) & 255
        elif method == 3:
            line[i] = (line[i] + (left + up) // 2) & 255
        elif method == 4:
            guess = left + up - corner
            nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up),
                          (abs(guess - corner), 2, corner))
            line[i] = (line[i] + nearest[2]) & 255
    return line
