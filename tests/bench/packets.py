# SPDX-License-Identifier: BSD-2-Clause
"""The benchmark of packet captures: the same traffic on the CoreDNS pods' eth0."""
import subprocess

from measure import (GEN, LIMIT, MIB, MUTE, QUICK, ROUNDS, SLOW_ROUNDS, TOOL, WORK, amount, check,
                     filters, generate_packets, have, hyperfine, lines, reads, row, rss, share,
                     stages, steady, times)

HALF_OPEN = 1000000


def speed(files):
    f = files["1M"]
    mine = {"report": f"{TOOL} {f}", "100k": f"{TOOL} {files['100k']}", "limit": f"{LIMIT} {f}"}
    rivals = {"dnstop": f"dnstop -4 -Q {f}", "tcpdump": f"tcpdump -n -r {f}",
              "tshark": f"tshark -n -q -z dns,tree -r {f}"}
    cpu = {name: one[0] for name, one in hyperfine(mine, ROUNDS).items()}
    slow = {name: command for name, command in rivals.items() if have(name)}
    slow = hyperfine({**slow, "beside": mine["report"]}, SLOW_ROUNDS,
                     warm=0 if QUICK else 1)  # 20 s a round; the file is warm from ours
    cpu.update({name: one[0] for name, one in slow.items()})
    share("P4", "report of a pcap, against tshark -z dns,tree", cpu["report"], cpu.get("tshark"),
          25, 45)
    share("P4b", "the same, against tcpdump -n", cpu["report"], cpu.get("tcpdump"), 20, 38)
    if "dnstop" in cpu:
        times("P4d", "the same, against dnstop -4 -Q", cpu["report"] / cpu["dnstop"], 1, 0.5,
              f"  ({cpu['report']:.3f} s, {cpu['dnstop']:.3f} s)")
    ratio = cpu["report"] / cpu["limit"]
    lines.append(("P4e", "the same, against the limit loop",
                  f"{ratio:.2f}x  ({cpu['report']:.3f} s, {cpu['limit']:.3f} s)", "", "", "-"))
    return cpu


def growth(files, cpu):
    ratio = cpu["report"] / cpu["100k"]
    row("G1p", "CPU(1M) / CPU(100k), pcap", f"{ratio:.1f}", "11", "11", ratio, 11, 11)
    if "4M" in files:
        four = hyperfine({"4M": f"{TOOL} {files['4M']}", "1M": f"{TOOL} {files['1M']}"},
                         SLOW_ROUNDS)
        ratio = four["4M"][0] / four["1M"][0]
        row("G2p", "CPU(4M) / CPU(1M), pcap", f"{ratio:.2f}  ({four['4M'][0]:.3f} s)", "3.6-4.5",
            "3.6-4.5", abs(ratio - 4.05), .45, .45)


def memory(files):
    big, small = ("4M", "1M") if "4M" in files else ("1M", "100k")
    peak = {name: rss(files[name]) for name in (small, big)}
    amount("M1p", f"RSS of the report of a pcap, {big}", peak[big], 64, 24, "MiB")
    if not QUICK:  # 100k messages end before the first sessions expire
        times("M2p", f"RSS({big}) / RSS({small}), pcap", peak[big] / peak[small], 1.15, 1.05,
              f"  ({peak[small]:.1f} MiB)")
    few, many = (rss(generate_packets(f"open-{rate}", *MUTE, "--messages", rate * 6, "--rate",
                                      rate)[0]) for rate in (10000, 40000))
    amount("M3p", "memory for one open session, pcap (the captures last 6 s: all are open)",
           (many - few) * MIB / (30000 * 6), 512, 256, "bytes")


def hostile():
    count = 1000000 if QUICK else 4000000
    path, _ = generate_packets("hostile", *MUTE[:-2], "--messages", count, "--rate", 2000000)
    amount("M9p", f"RSS, {count:,} queries, no answer, all at once, pcap", rss(path), 256, 64,
           "MiB")
    path.unlink()
    path = WORK / "half-open.pcap"
    for rate in (10000, 500000):
        subprocess.run([GEN, "--half-open", str(HALF_OPEN), "--rate", str(rate), "--pcap", path],
                       check=True, stdout=subprocess.DEVNULL)
        asked = HALF_OPEN // 1000
        check(f"{HALF_OPEN:,} half-open connections in {HALF_OPEN // rate} s", [path],
              {"messages": 2 * asked, "sessions": asked, "succeeded": asked, "failed": 0})
        amount("M9p", f"RSS, {HALF_OPEN:,} half-open connections in {HALF_OPEN // rate} s",
               rss(path), 256, 64, "MiB")
    cpu = hyperfine({"half-open": f"{TOOL} {path}"}, 1)["half-open"][0]
    lines.append(("T1p", f"CPU, {HALF_OPEN:,} half-open connections", f"{cpu:.3f} s", "", "", "-"))
    path.unlink()


def run():
    files, sizes = {}, {"100k": 100000, "1M": 1000000}
    if not QUICK:
        sizes["4M"] = 4000000
    for name, count in sizes.items():
        files[name], true = generate_packets(name, "--messages", count)
        check(f"{name}, pcap", [files[name]], true)
    cpu = speed(files)
    growth(files, cpu)
    memory(files)
    stages(files["1M"])
    filters(files["1M"])
    hostile()
    if have("strace"):
        reads("S1p", files["1M"])
    steady("S4p", files)
