# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev bench: the programs of bench/, one after the other, and a report of what they measured.

source tools/dev/run.sh

bench_usage() {
  cat <<'TEXT'
./dev bench                 all benchmarks, in about 10 minutes
./dev bench --quick         a few points, once each, in less than a minute
./dev bench --growth        also what a proposal costs as work grows: logs of up to 10^8 entries,
                            up to 7 servers
./dev bench PROGRAM [ARGS]  one program with arguments of your own; --help says which:
                            core_bench, codec_bench, storage_bench, node_bench, cluster_bench,
                            read_bench, recovery_bench, growth_bench, failover_bench
./dev bench compare [ARGS]  buoyant beside other implementations of Raft

--out DIRECTORY   where results.json, report.html and what the programs printed go
                  (build/bench/results)
--data DIRECTORY  the disk that is measured (/var/tmp)
--repeats N       rounds; figures are medians of N repeats, with their range (3)
--growth-entries N,...
                  lengths of the log for --growth (1000000,10000000,100000000)

How to read and to repeat it: docs/BENCHMARKS.md.
TEXT
}

# The points of cluster_bench: SERVERS:PAYLOAD:LOAD.
points_of_bench() {
  if [ "$1" = quick ]; then
    echo 3:256:1,3:256:16,3:256:256,3:256:4096,1:256:256,3:4096:256,3:256:5000/s,3:256:50000/s
    return
  fi
  local outstanding payload rate points=()
  for outstanding in 1 4 16 64 256 1024 4096 16384; do points+=("3:256:$outstanding"); done
  for outstanding in 1 16 256 4096; do points+=("1:256:$outstanding" "5:256:$outstanding"); done
  for payload in 64 1024 4096 16384; do
    for outstanding in 1 16 256; do points+=("3:$payload:$outstanding"); done
  done
  points+=(3:64:4096 3:1024:4096 3:65536:16 3:262144:1 3:262144:16)
  for rate in 1000 5000 20000 50000 100000 200000; do points+=("3:256:$rate/s"); done
  (IFS=,; echo "${points[*]}")
}

# part NAME PROGRAM [ARGS...]: runs a program that writes its JSON to $out/NAME.json. What it prints
# goes to a file; a part that fails is left out of the report.
part() {
  local name=$1 program=$2 begin=$SECONDS
  shift 2
  say "$name" >&2
  if run_part "$@"; then
    parts+=(--part "$name=$out/$name.json")
    say "$name: $((SECONDS - begin)) s" >&2
  else
    failed+=("$name")
    say "$name: FAILED; see $out/$name.txt" >&2
  fi
}

# run_part [ARGS...]: runs $program; what it says on standard error is shown, but where it goes to a
# file with the rest.
run_part() {
  if [ "${errors:-shown}" = shown ]; then
    "$bench_folder/$program" "$@" >"$out/$name.txt"
  else
    "$bench_folder/$program" "$@" >"$out/$name.txt" 2>&1
  fi
}

# micro NAME SECONDS [ARGS...]: a program of Google Benchmark, SECONDS for each repeat of each. It
# tells of the machine where others tell how far they are.
micro() {
  local name=$1 seconds=$2 errors=hidden
  shift 2
  part "$name" "${name}_bench" "$@" --benchmark_min_time="$seconds" \
    --benchmark_repetitions="$repeats" --benchmark_enable_random_interleaving=true \
    --benchmark_out_format=json --benchmark_out="$out/$name.json"
}

run_parts() {
  local to="--data $data --json"
  if [ $size = quick ]; then
    micro core 0.05
    micro node 0.05
    micro storage 0.05 --data "$data" --benchmark_filter='commit.*'
    # shellcheck disable=SC2086
    {
      part cluster cluster_bench --point "$(points_of_bench quick)" --seconds 1 --warmup 0.3 \
        --repeats "$repeats" $to "$out/cluster.json"
      part read read_bench --outstanding 64 --seconds 0.4 --warmup 0.2 --repeats "$repeats" \
        $to "$out/read.json"
      part catch_up recovery_bench catch-up --mib 64 --payload 256 --repeats "$repeats" \
        $to "$out/catch_up.json"
    }
    return
  fi
  micro core 0.1
  micro codec 0.05
  micro node 0.1
  micro storage 0.15 --data "$data"
  # shellcheck disable=SC2086
  {
    part cluster cluster_bench --point "$(points_of_bench full)" --seconds 1 --warmup 0.3 \
      --repeats "$repeats" $to "$out/cluster.json"
    part stages cluster_bench --stages --point 3:256:1,3:256:16,3:256:256,3:256:4096 \
      --seconds 0.6 --warmup 0.3 --repeats "$repeats" $to "$out/stages.json"
    part read read_bench --outstanding 1,64,1024 --seconds 0.5 --warmup 0.2 \
      --repeats "$repeats" $to "$out/read.json"
    part catch_up recovery_bench catch-up --mib 128 --payload 256,4096 --repeats "$repeats" \
      $to "$out/catch_up.json"
    part snapshot recovery_bench snapshot --mib 128 --repeats "$repeats" $to "$out/snapshot.json"
    part opening recovery_bench opening --entries 1000000 $to "$out/opening.json"
    part failover failover_bench --kills 5 $to "$out/failover.json"
  }
}

run_growth() {
  local servers points=()
  for servers in 1 2 3 4 5 6 7; do points+=("$servers:256:256" "$servers:256:4096"); done
  part growth_servers cluster_bench --point "$(IFS=,; echo "${points[*]}")" --seconds 1 \
    --warmup 0.5 --repeats "$repeats" --data "$data" --json "$out/growth_servers.json"
  part growth growth_bench --entries "$growth_entries" --repeats "$repeats" --data "$data" \
    --json "$out/growth.json"
}

build_bench() {
  local program
  need_packages build
  configure release
  say "building" >&2
  build_quietly release core_bench codec_bench storage_bench node_bench cluster_bench read_bench \
    recovery_bench growth_bench failover_bench bench_report || fail "the benchmarks do not build"
}

run_suite() {
  local begin=$SECONDS load_before parts=() failed=()
  build_bench
  mkdir -p "$out" "$data"
  load_before=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null | tr ' ' ',' | sed 's/,/, /g')
  begin=$SECONDS
  run_parts
  [ $growth = no ] || run_growth
  "$bench_folder/bench_report" "${parts[@]}" --data "$data" \
    --about "commit=$(git describe --always --dirty 2>/dev/null || echo unknown)" \
    --about "repeats=$repeats" --about "took=$((SECONDS - begin)) s" \
    --about "load average before=$load_before" \
    --page bench/report/template.html --json "$out/results.json" --html "$out/report.html" ||
    failed+=(report)
  say "$((SECONDS - begin)) s; the report is $out/report.html, the figures are $out/results.json"
  [ ${#failed[@]} -eq 0 ] || fail "failed: ${failed[*]}"
}

dev_bench() {
  local size=full growth=no out=build/bench/results data=/var/tmp repeats=
  local bench_folder=build/release/bench growth_entries=1000000,10000000,100000000
  case ${1:-} in
    compare)
      [ -f tools/dev/compare.sh ] || fail "./dev bench compare: not yet"
      shift
      source tools/dev/compare.sh
      dev_bench_compare "$@"
      return
      ;;
    *_bench) run_program "$@" ;;
  esac
  while [ $# -gt 0 ]; do
    case $1 in
      --quick) size=quick ;;
      --growth) growth=yes ;;
      --out | --data | --repeats | --growth-entries)
        [ $# -ge 2 ] || fail "$1 wants a value"
        [ "$1" != --out ] || out=$2
        [ "$1" != --data ] || data=$2
        [ "$1" != --repeats ] || repeats=$2
        [ "$1" != --growth-entries ] || { growth_entries=$2 growth=yes; }
        shift
        ;;
      -h | --help) bench_usage; return ;;
      *) bench_usage >&2; fail "unknown: $1" ;;
    esac
    shift
  done
  [ -n "$repeats" ] || { [ $size = quick ] && repeats=1 || repeats=3; }
  run_suite
}
