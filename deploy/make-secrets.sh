#!/usr/bin/env bash
# Make the secrets that compose.yaml and the Kubernetes example read from files. What is there is kept.
#
#   deploy/make-secrets.sh [FOLDER]      (deploy/secrets)
#
# The folder is closed to other users of this machine. The files in it are readable: an engine shows them
# to processes of a container under their own user ids.
set -euo pipefail
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"
for name in database_password redis_password secret_key; do
  [ -s "$folder/$name" ] && continue
  python3 -c 'import secrets; print(secrets.token_hex(32))' >"$folder/$name"
  chmod 644 "$folder/$name"
  echo "made $folder/$name"
done
echo "Keep a copy of $folder/secret_key apart from the database: without it the webhooks' secrets cannot be read."
