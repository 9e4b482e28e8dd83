#!/usr/bin/env bash
# All tests in groups, each with its time: static checks, units under sanitizers, journeys of the real
# binary. NIGHTLY=1 raises the counts, adds the thread sanitizer and servers without their guards.
# All groups are run, whatever failed before; what failed is told at the end. JOBS: how many at once.
set -uo pipefail
cd "$(dirname "$0")/.."
export CCACHE_DIR=${CCACHE_DIR:-$HOME/.ccache}
jobs=${JOBS:-$(nproc)}
python=.deps/venv/bin/python
# Each worker has servers, a browser and tables in memory: more of them want more of it than there may be.
workers=${WORKERS:-$((jobs < 4 ? jobs : 4))}
failed=() spent=()
full=${NIGHTLY:+yes}
export TRADEWIND_SEEDS=${TRADEWIND_SEEDS:-${full:+100000}} TRADEWIND_KILLS=${TRADEWIND_KILLS:-${full:+50}}
export TRADEWIND_FILES=${TRADEWIND_FILES:-${full:+1000000}}
export TRADEWIND_FUZZ_SECONDS=${TRADEWIND_FUZZ_SECONDS:-${full:+120}}
: "${TRADEWIND_SEEDS:=10000}" "${TRADEWIND_KILLS:=10}" "${TRADEWIND_FUZZ_SECONDS:=10}"

group() { # NAME COMMAND…
    local name=$1 begin=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed+=("$name")
    spent+=("$(printf '%5d s  %s' $((SECONDS - begin)) "$name")")
    printf -- '-- %s: %d s\n' "$name" $((SECONDS - begin))
}

build() { # PRESET TARGET; what the compiler says is shown only when it refuses something
    local log="build/$1.log"
    mkdir -p build
    if cmake --preset "$1" >"$log" 2>&1 && cmake --build --preset "$1" --target "$2" -- -j"$jobs" >>"$log" 2>&1; then
        tail -n 1 "$log"
    else
        tail -n 60 "$log"
        return 1
    fi
}

units() { # PRESET
    ctest --preset "$1" -j"$jobs"
}

group "tidy" $python -m pytest -q test/tidy
group "ui: types" tools/web.sh run check:types
group "ui: lint" tools/web.sh run lint
group "ui: units" tools/web.sh run test
group "build, sanitizers" build dev all
group "units, sanitizers" units dev
if [ "${NIGHTLY:-}" ]; then
    group "build, thread sanitizer" build tsan all
    group "units, thread sanitizer" units tsan
fi
group "build, release" build release tradewind
if [ "${NIGHTLY:-}" ]; then
    group "build, guards taken out" build release guards
    export TRADEWIND_GUARDS=1
fi
# Each worker begins with a stretch of neighbours, which share what they are made from, and at its end
# takes over from the others' ends. The ten slowest are told: where the time goes is seen on each run.
group "journeys" $python -m pytest -q -n "$workers" --dist worksteal --durations=10 test/journeys test/sql

printf '\n== times\n'
printf '%s\n' "${spent[@]}" ''
if [ ${#failed[@]} -gt 0 ]; then
    printf 'FAILED: %s\n' "${failed[@]}"
    exit 1
fi
printf 'all groups passed in %d s\n' "$SECONDS"
