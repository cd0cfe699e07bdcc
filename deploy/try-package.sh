#!/usr/bin/env bash
# Install a built package into an empty environment and run it there: `gongbao demo --once` must end with 0.
#
#   deploy/try-package.sh pip|pipx|uv FILE [PYTHON]    in a folder that is thrown away, with an empty PATH
#   deploy/try-package.sh container FILE [IMAGE]       in a bare image, with podman or docker
#
# FILE is a wheel or an sdist (make package). UV and PIPX are the programs; CONSTRAINTS, if set, is a file of versions, for uv;
# DEMO the options of the demo.
# Printed is what the installed packages take (without pip) and what the demo says.
set -euo pipefail

how=${1:?pip, pipx, uv or container}
file=$(cd "$(dirname "${2:?the wheel or sdist}")" && pwd)/$(basename "$2")
die() { printf 'try-package: %s\n' "$*" >&2; exit 1; }

if [ "$how" = container ]; then
  engine=$(command -v podman || command -v docker) || die "needs podman or docker"
  exec "$engine" run --rm --volume "$file:/tmp/$(basename "$file"):ro" "${3:-python:3.13-slim-bookworm}" \
    sh -c "pip install --quiet --root-user-action=ignore /tmp/$(basename "$file") && gongbao demo --once"
fi

python=$(command -v "${3:-python3}") || die "no ${3:-python3} here"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
mkdir home bin

# Nothing of this environment reaches the program but the folders that every system has, without their Redis.
mkdir system
for name in sh bash env cat uname; do ln -s "$(command -v "$name")" "system/$name"; done
clean() {
  env -i HOME="$place/home" PATH="$place/bin:$place/system" LANG=C.UTF-8 TMPDIR="$place" "$@"
}
# Installers keep their settings and caches: where packages come from is this machine's business.
case $how in
  pip)
    "$python" -m venv env
    env/bin/python -m pip install --quiet --disable-pip-version-check "$file"
    env=env
    ;;
  uv)
    VIRTUAL_ENV= "${UV:-uv}" venv --quiet --python "$python" env
    "${UV:-uv}" pip install --quiet --python env ${CONSTRAINTS:+--constraint "$CONSTRAINTS"} "$file"
    env=env
    ;;
  pipx)
    PIPX_HOME="$place/pipx" PIPX_BIN_DIR="$place/bin" "${PIPX:-pipx}" install --quiet --python "$python" "$file"
    env=pipx/venvs/gongbao
    ;;
  *) die "pip, pipx, uv or container, not $how" ;;
esac
[ "$how" = pipx ] || ln -s "$place/$env/bin/gongbao" bin/gongbao

clean gongbao settings >settings.env
grep -q '^#GONGBAO_DATA_DIR=' settings.env || die "gongbao settings does not print the settings"
[ -s "$env/share/doc/gongbao/README.md" ] || die "the docs are not installed"
"$python" - "$env" <<'END'
import pathlib, sys
there_before = {"pip", "setuptools", "pkg_resources"}  # in an empty environment
files = [file for file in pathlib.Path(sys.argv[1]).rglob("*") if file.is_file() and not file.is_symlink()]
taken = sum(file.stat().st_size for file in files if not there_before & set(file.parts))
print("megabytes installed:", taken // 10**6)
END
# Somebody may have folders with the names of ours where they start it.
for name in ingest workers alerts; do
  mkdir -p "work/$name"
  echo 'raise SystemExit("a folder of the user is taken for ours")' >"work/$name/__init__.py"
done
cd work
# shellcheck disable=SC2086
clean gongbao demo ${DEMO:---once}
