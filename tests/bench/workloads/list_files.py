"""Looks at every file of a tree; then sends and receives over a socketpair, so many times."""

import os
import socket
import sys

count = 0
for folder, _, names in os.walk("files"):
    for name in names:
        path = os.path.join(folder, name)
        if not os.stat(path).st_size:
            sys.exit(f"{path} is empty")
        with open(path) as file:
            count += file.read().startswith("file")
if count != 4000:
    sys.exit(f"{count} files")

one, other = socket.socketpair()
for _ in range(int(sys.argv[1])):
    one.send(b"x")
    other.recv(1)
