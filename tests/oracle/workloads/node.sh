#!/bin/sh
# node: worker threads, files, a child process, a loopback server.
# needs: node
# files: workers.js
set -eu
exec node workers.js
