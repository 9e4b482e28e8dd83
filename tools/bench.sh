#!/usr/bin/env bash
# Figures as ratios to a peer or a bound in the same run. QUICK=1: a tenth of the time. Names of benches
# as arguments: ingest imports lookups checks crawl assets dashboards pages basket store_week learn peers.
set -euo pipefail
cd "$(dirname "$0")/.."
export CCACHE_DIR=${CCACHE_DIR:-$HOME/.ccache}
cmake --build --preset release --target http_load bare_server nats_load >/dev/null
python=$PWD/.deps/venv/bin/python
cd bench
$python -c 'import common; print(common.machine())'
for bench in "${@:-ingest imports lookups checks crawl assets dashboards pages basket store_week learn}"; do
    for name in $bench; do $python "$name.py"; done
done
