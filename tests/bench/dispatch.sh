#!/bin/bash
# What one choice costs, and one look at the queue, however many messages wait.
set -euo pipefail
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
make -s --no-print-directory "$BUILD/bench/dispatch"
"$BUILD/bench/dispatch"
