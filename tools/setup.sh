#!/usr/bin/env bash
# Installs what building and testing need; quiet and fast when there is nothing to do.
#   tools/setup.sh build   compiler tools, libraries, DuckDB with its excel extension, the UI's packages
#   tools/setup.sh test    the above, a browser, and the Python environment of the tests and linters
# Versions are pinned here, in tools/requirements.txt and in web/package-lock.json; docs/DEPENDENCIES.md gives the reasons.
set -euo pipefail
cd "$(dirname "$0")/.."

duckdb_version=1.5.5
duckdb_npm="@duckdb/node-bindings-linux-x64@${duckdb_version}-r.5"
duckdb_so_sha256=fc23f12e376c47be520f75221288281906e7942e8fd6f6ce4849198ba60d0405
duckdb_header_sha256=48e716b9ce96ca8fead9cb35693fdc0343ac0fc1f6e7db5561fa0f44b674153d
excel_sha256=9063a4f13804d3d1bdc37d37bde735f0779791971d3b909f5cc87ff3f8814483
nanoarrow_version=0.9.0
nanoarrow_sha256=1ce15bbed8532839347faa78824c5dbd3769bff60661003e34c6fba5dd881bd3
disk_needed_mib=4096

apt_build="build-essential cmake ninja-build ccache mold pkg-config curl unzip git
  libboost1.81-dev libsimdjson-dev libyaml-cpp-dev libspdlog-dev libcli11-dev librocksdb-dev libsqlite3-dev
  libsodium-dev libssl-dev libre2-dev libxxhash-dev libzstd-dev zlib1g-dev libcurl4-openssl-dev libpq-dev libhowardhinnant-date-dev tzdata libgtest-dev libgmock-dev
  libxgboost-dev libeigen3-dev"
apt_test="python3 python3-venv openssl chromium fonts-liberation"

say() { printf 'set-up: %s\n' "$*" >&2; }
fail() { printf 'set-up: %s\n' "$1" >&2; printf '        %s\n' "${@:2}" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
        fail "not root and no sudo: cannot run '$*'" "run it as root once, then start again"
    fi
}

need_disk() {
    local free
    free=$(df -Pm . | awk 'NR==2 {print $4}')
    [ "$free" -ge "$disk_needed_mib" ] ||
        fail "only ${free} MiB free here; ${disk_needed_mib} MiB are needed to build" "free some room, or clone elsewhere"
}

apt_install() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    command -v apt-get >/dev/null ||
        fail "this set-up knows Debian's apt only; missing: ${missing[*]}" "install their like by hand and see docs/DEPENDENCIES.md"
    say "installing ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt could not install: ${missing[*]}" "its message stands above"
}

need_node() {
    command -v npm >/dev/null || apt_install nodejs npm
    node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
        fail "Node $(node --version) is too old: 20.19 or newer is needed" "install it and start again"
}

verify() { # FILE SHA256
    echo "$2  $1" | sha256sum --check --status || fail "$1 is not the file that was pinned (sha256 differs)" \
        "the download may be damaged: remove .deps and start again"
}

install_duckdb() {
    local to=.deps/duckdb work
    [ -e "$to/ready-$duckdb_version" ] && return
    need_node
    say "fetching DuckDB $duckdb_version"
    rm -rf "$to" && mkdir -p "$to"
    work=$(mktemp -d)
    (cd "$work" && npm pack --silent "$duckdb_npm" >/dev/null) || fail "npm could not fetch $duckdb_npm"
    tar -xzf "$work"/duckdb-node-bindings-*.tgz -C "$work" package/libduckdb.so
    .deps/venv/bin/pip download --quiet --no-deps --no-build-isolation --no-binary duckdb -d "$work" "duckdb==$duckdb_version" 2>/dev/null ||
        .deps/venv/bin/pip download --quiet --no-deps --no-binary duckdb -d "$work" "duckdb==$duckdb_version" ||
        fail "pip could not fetch the sources of duckdb $duckdb_version"
    tar -xzf "$work/duckdb-$duckdb_version.tar.gz" -C "$work" "duckdb-$duckdb_version/external/duckdb/src/include/duckdb.h"
    .deps/venv/bin/pip download --quiet --no-deps -d "$work" "duckdb-extension-excel==$duckdb_version" ||
        fail "pip could not fetch duckdb-extension-excel $duckdb_version"
    unzip -q -o "$work"/duckdb_extension_excel-*.whl -d "$work/excel"
    mv "$work/package/libduckdb.so" "$work/duckdb-$duckdb_version/external/duckdb/src/include/duckdb.h" "$to/"
    mv "$work/excel/duckdb_extension_excel/extensions/v$duckdb_version/excel.duckdb_extension" "$to/"
    rm -rf "$work"
    verify "$to/libduckdb.so" "$duckdb_so_sha256"
    verify "$to/duckdb.h" "$duckdb_header_sha256"
    verify "$to/excel.duckdb_extension" "$excel_sha256"
    touch "$to/ready-$duckdb_version"
}

# Its C sources alone. pip wants to know of a package what its build tool says; this one is not needed
# for more than that, so something stands in for it.
install_nanoarrow() {
    local to=.deps/nanoarrow work
    [ -e "$to/ready-$nanoarrow_version" ] && return
    say "fetching nanoarrow $nanoarrow_version"
    rm -rf "$to" && mkdir -p "$to"
    work=$(mktemp -d)
    cat >"$work/mesonpy.py" <<END
import os
def prepare_metadata_for_build_wheel(folder, settings=None):
    name = "nanoarrow-$nanoarrow_version.dist-info"
    os.makedirs(f"{folder}/{name}")
    with open(f"{folder}/{name}/METADATA", "w") as file:
        file.write("Metadata-Version: 2.1\\nName: nanoarrow\\nVersion: $nanoarrow_version\\n")
    return name
END
    PYTHONPATH="$work" .deps/venv/bin/pip download --quiet --no-deps --no-build-isolation --no-binary nanoarrow -d "$work" \
        "nanoarrow==$nanoarrow_version" || fail "pip could not fetch the sources of nanoarrow $nanoarrow_version"
    verify "$work/nanoarrow-$nanoarrow_version.tar.gz" "$nanoarrow_sha256"
    tar -xzf "$work/nanoarrow-$nanoarrow_version.tar.gz" -C "$work"
    mv "$work/nanoarrow-$nanoarrow_version/subprojects/arrow-nanoarrow/src" "$to/src"
    mv "$work/nanoarrow-$nanoarrow_version"/subprojects/flatcc-* "$to/flatcc"
    rm -rf "$work"
    touch "$to/ready-$nanoarrow_version"
}

install_venv() {
    [ -x .deps/venv/bin/pip ] || { say "making a Python environment"; python3 -m venv .deps/venv; }
}

install_python() {
    local stamp
    stamp=.deps/python-$(sha256sum tools/requirements.txt | cut -c1-16)
    [ -e "$stamp" ] && return
    say "installing the tests' Python packages"
    .deps/venv/bin/pip install --quiet --disable-pip-version-check -r tools/requirements.txt ||
        fail "pip could not install tools/requirements.txt"
    rm -f .deps/python-* && touch "$stamp"
}

what=${1:-build}
# One stamp per state of this script: when nothing changed, nothing is asked.
stamp=.deps/done-$what-$(cat "$0" tools/requirements.txt web/package-lock.json | sha256sum | cut -c1-16)
[ -e "$stamp" ] && exit 0
need_disk
mkdir -p .deps
# shellcheck disable=SC2086
apt_install $apt_build
# shellcheck disable=SC2086
if [ "$what" = test ]; then apt_install $apt_test; else apt_install python3 python3-venv; fi
install_venv
install_duckdb
install_nanoarrow
need_node
tools/web.sh install
[ "$what" = test ] && install_python
touch "$stamp"
