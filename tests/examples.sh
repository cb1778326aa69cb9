#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Every command shown in README.md and in EXAMPLES of the man page runs; where output is shown
# below it, that is what it prints (a line `...` stands for any number of lines).
. "$(dirname "$0")/lib.sh"
make_work
mkdir "$work/bin" && ln -s "$TOOL" "$work/bin/dnstap-analyse"
PATH=$work/bin:$PATH

# Stand-ins for the files that examples name: the content decides what a file is, not its name.
files=$work/files
mkdir "$files"
for name in capture.fstrm incident.fstrm coredns.fstrm monday.fstrm; do
    cp "$FIXTURES/03d-all-upstreams-dead.fstrm.xz" "$files/$name"
done
for name in capture.fstrm.xz capture.fstrm.gz capture.fstrm.zst; do
    cp "$FIXTURES/03d-all-upstreams-dead.fstrm.xz" "$files/$name"
done
for n in 0 1 2; do
    cp "$FIXTURES/13-two-replicas.fstrm.xz" "$files/coredns-$n.fstrm"
    cp "$FIXTURES/13-two-replicas.fstrm.xz" "$files/capture-$n.fstrm"
done
cp "$FIXTURES/07-client-loss-client.pcap.xz" "$files/client.pcap"
cp "$FIXTURES/19-dot-upstream-coredns.pcap.xz" "$files/coredns.pcap"
cp "$FIXTURES/13-two-replicas-node.pcap.xz" "$files/node.pcap"
cp "$FIXTURES/cluster/cluster.yaml" "$files/cluster.yaml"
ln -s "$FIXTURES" "$files/fixtures"

# commands FILE: each command as one line "COMMAND<TAB>expected-output-file", the latter empty where
# no output is shown. README: indented or fenced lines that begin with "$ ".
readme_commands() {
    awk -v work="$work" '
        function done() { if (command != "") print command "\t" (shown ? file : ""); command = "" }
        /^```/ { fence = !fence; if (!fence) done(); next }
        !fence { next }
        /^\$ / { done(); command = substr($0, 3); n++; shown = 0; file = work "/shown." n
                 printf "" > file; next }
        command != "" { shown = 1; print > file }
        END { done() }' "$1"
}
# Man page: lines of EXAMPLES between .EX/.nf and .EE/.fi, with continuation lines joined.
man_commands() {
    awk '
        /^\.SH/ { examples = ($0 ~ /EXAMPLES/) }
        examples && /^\.(EX|nf)/ { text = 1; next }
        /^\.(EE|fi)/ { text = 0; next }
        examples && text && !/^\./ {
            gsub(/\\-/, "-"); gsub(/\\\(aq|\\\[aq\]/, "\047"); gsub(/\\&/, ""); gsub(/\\\(ti/, "~")
            gsub(/\\e|\\\(rs/, "\\"); gsub(/\\f[BIRP]/, "")
            sub(/^[[:space:]]*(\$ )?/, "")
            if (sub(/\\$/, "")) { held = held $0; next }
            if (held $0 ~ /dnstap-analyse/) print held $0 "\t"
            held = "" }' "$1"
}

# matches FILE SHOWN: FILE is SHOWN, in which a line "..." stands for any lines.
matches() {
    awk -v shown="$2" '
        BEGIN { while ((getline line < shown) > 0) want[++n] = line
                while (n && want[n] == "") n--; i = 1 }
        want[i] == "..." { any = 1; i++ }
        any && i > n { next }
        want[i] == $0 { i++; any = 0; next }
        any { next }
        { if ($0 == "" && i > n) next; bad = 1; exit }
        END { if (want[i] == "...") i++; exit (bad || i <= n) ? 1 : 0 }' "$1"
}

n=0
check() { # COMMAND SHOWN WHERE
    case $1 in
    *dnstap-analyse*) ;;
    scripts/analyse) set -- "dnstap-analyse fixtures/03d-all-upstreams-dead.fstrm.xz" "$2" "$3" ;;
    *) return ;;
    esac
    case $1 in *kubectl*|*ssh\ *|*nc\ *|*fstrm_capture*|*sudo*|*apt-get*|*git\ *) return ;; esac
    n=$((n + 1))
    (cd "$files" && timeout 60 bash -o pipefail -c "$1") </dev/null >"$work/out" 2>"$work/err"
    status=$?
    [ "$status" -eq 0 ] || fail "$3: exit $status of: $1 ($(head -n 3 "$work/err"))"
    [ -n "$2" ] || return 0
    if ! matches "$work/out" "$2"; then
        fail "$3: shows other output than: $1"
        diff -u "$2" "$work/out" | head -n 60 >&2
    fi
}

export COLUMNS=80 LC_ALL=C.UTF-8
while IFS=$'\t' read -r command shown; do check "$command" "$shown" README.md
done < <(readme_commands "$TOP_SRCDIR/README.md")
while IFS=$'\t' read -r command shown; do check "$command" "$shown" 'man page'
done < <(man_commands "$TOP_SRCDIR/man/dnstap-analyse.1")
[ "$n" -gt 1 ] || fail "only $n examples found"
printf '%s examples\n' "$n"
finish
