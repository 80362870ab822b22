#!/bin/sh
# Install Amends into a folder of its own: deploy/install.sh PREFIX. The Dockerfile runs just this, so that its steps
# can be tried where no container engine runs; on a plain server it does the same.
# Every package is pinned by its hash, and none is compiled.
set -eu
prefix=${1:?usage: deploy/install.sh PREFIX}
here=$(cd "$(dirname "$0")/.." && pwd)

"${PYTHON:-python3}" -m venv "$prefix"
"$prefix/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir \
  --only-binary :all: --require-hashes -r "$here/requirements.lock"

# Built from a copy: setuptools would leave its own files in the sources.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
for part in pyproject.toml README.md LICENSE slack-manifest.yaml bot adapters flows migrations sandbox; do
  cp -R "$here/$part" "$copy/"
done
"$prefix/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps "$copy"
"$prefix/bin/amends" --version
