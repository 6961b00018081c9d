#!/bin/bash
# Codecs, splitting and preview a second, beside libosmocore and gammu in the same run.
set -euo pipefail
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
scripts/setup.sh conformance
make -s --no-print-directory "$BUILD/bench/sms_codec"
"$BUILD/bench/sms_codec"
