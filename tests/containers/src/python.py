"""What scripts do in Python: files, hashes, a database, a thread, a child, a socket pair."""
import hashlib
import json
import os
import socket
import sqlite3
import subprocess
import tempfile
import threading

with tempfile.TemporaryDirectory(dir=".") as directory:
    path = os.path.join(directory, "data.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"numbers": list(range(100))}, file)
    with open(path, "rb") as file:
        print(hashlib.sha256(file.read()).hexdigest())
    print(os.listdir(directory))

database = sqlite3.connect("numbers.db")
database.execute("create table numbers(n)")
database.executemany("insert into numbers values (?)", ((n,) for n in range(100)))
database.commit()
print(database.execute("select sum(n) from numbers").fetchone())
database.close()

here, there = socket.socketpair()
thread = threading.Thread(target=lambda: there.sendall(there.recv(16).upper()))
thread.start()
here.sendall(b"hello")
print(here.recv(16))
thread.join()

print(subprocess.run(["sh", "-c", "echo child; exit 3"], stdout=subprocess.PIPE, check=False))
