#!/usr/bin/env bash
# The UI of web/, for the build and for those who work on it.
#   tools/web.sh install    its packages, once for each package-lock.json
#   tools/web.sh pack FILE  builds the UI, once for each state of web/, and puts it into FILE
#   tools/web.sh run ARGS…  npm with these arguments, in web/
# Packages and builds are kept in .deps by a hash of what they come from: whoever has the same sources
# takes what is there.
set -euo pipefail
cd "$(dirname "$0")/.."
kept_max=8

say() { printf 'web: %s\n' "$*" >&2; }
fail() { printf 'web: %s\n' "$1" >&2; printf '     %s\n' "${@:2}" >&2; exit 1; }

# Another build may be at it: one installs, the other then finds it done.
mkdir -p .deps/web
exec 9>.deps/web/lock
flock 9

install_packages() {
    local packages
    packages=$(pwd)/.deps/web/packages-$(cat web/package-lock.json web/.npmrc | sha256sum | cut -c1-16)
    if [ ! -e "$packages/ready" ]; then
        command -v npm >/dev/null || fail "npm is not here" "run 'make setup' first"
        say "fetching the UI's packages"
        rm -rf "$packages" && mkdir -p "$packages"
        cp web/package.json web/package-lock.json web/.npmrc "$packages/"
        (cd "$packages" && npm ci --silent --no-progress) ||
            fail "npm could not fetch the UI's packages" "its message stands above; start again when the network is back"
        touch "$packages/ready"
    fi
    touch "$packages"
    [ "$(readlink web/node_modules || true)" = "$packages/node_modules" ] && return
    rm -rf web/node_modules && ln -s "$packages/node_modules" web/node_modules
}

sources() {
    find web/src web/public web/tools -type f ! -name '*.test.ts' ! -name '*.test.tsx' 2>/dev/null
    printf '%s\n' web/index.html web/vite.config.ts web/package-lock.json web/package.json web/tsconfig.json
}

pack() { # FILE
    local built
    built=.deps/web/site-$(sources | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum | cut -c1-16)
    if [ ! -e "$built/site.pack" ]; then
        install_packages
        say "building the UI"
        rm -rf "$built" && mkdir -p "$built"
        (cd web && npm run --silent build -- "$(cd ../"$built" && pwd)") >"$built/log" 2>&1 ||
            { cat "$built/log" >&2; fail "the UI could not be built" "its message stands above"; }
    fi
    touch "$built"
    cp "$built/site.pack" "$1"
    forget_old 'site-*'
    forget_old 'packages-*'
}

forget_old() { # PATTERN
    # shellcheck disable=SC2012,SC2086
    (cd .deps/web && ls -dt $1 2>/dev/null | tail -n +$((kept_max + 1)) | xargs -r rm -rf)
}

case ${1:-} in
install) install_packages ;;
pack) pack "$2" ;;
run)
    install_packages
    exec 9>&-
    cd web && exec npm run --silent "${@:2}"
    ;;
*) sed -n '2,5p' "$0" >&2 && exit 2 ;;
esac
