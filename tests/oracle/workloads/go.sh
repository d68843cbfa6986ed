#!/bin/sh
# A Go program with goroutines, built beforehand.
# needs: go
# files: goroutines.go
set -eu
if [ "${1-}" = prepare ]; then
	GOCACHE="${GOCACHE:-$PWD/cache}" GOPATH="$PWD/path" GOFLAGS=-mod=mod GOPROXY=off GO111MODULE=off CGO_ENABLED=0 \
		go build -o goroutines goroutines.go
	rm -rf cache path
	exit 0
fi
exec ./goroutines
