"""What the scripts beside it share: a real server for as long as a test wants it.

A script starts its server in a folder that goes away, on a free port of this machine, waits until it answers, prints one line
of JSON with where it is, and ends it when its own standard input is closed, so that none outlives a test that was killed.
It ends with 75 and a sentence when the server is not installed.
"""
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time


def missing(sentence):
    print(sentence, file=sys.stderr)
    sys.exit(75)


def program(name, *folders):
    found = shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", ""), "/usr/sbin"]))
    return found or missing(f"{name} is not installed: scripts/install-dependencies installs it")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def folder():
    """A short path, because sockets of the file system have a limit; others may pass through it."""
    path = tempfile.mkdtemp(prefix="tocsin-cp-", dir="/tmp")
    os.chmod(path, 0o711)
    return path


def account(name):
    """Options that make a child run as an account, for servers that refuse root; nothing for other users."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def give(path, name):
    if os.geteuid() == 0:
        entry = pwd.getpwnam(name)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def certificates(path):
    """ca.crt, and server.crt with server.key for localhost and 127.0.0.1."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *curve, "-days", "30", "-subj", "/CN=Authority of a test",
            "-keyout", f"{path}/ca.key", "-out", f"{path}/ca.crt")
    openssl("req", *curve, "-subj", "/CN=localhost", "-keyout", f"{path}/server.key", "-out", f"{path}/server.csr")
    with open(f"{path}/server.ext", "w") as f:
        f.write("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    openssl("x509", "-req", "-in", f"{path}/server.csr", "-CA", f"{path}/ca.crt", "-CAkey", f"{path}/ca.key",
            "-CAcreateserial", "-days", "30", "-extfile", f"{path}/server.ext", "-out", f"{path}/server.crt")
    os.chmod(f"{path}/server.key", 0o600)


def run(*command, **options):
    """Runs a command to its end; the end of its output is shown when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode:
        sys.exit(f"{command[0]} failed: {done.stdout.decode(errors='replace')[-2000:]}")
    return done.stdout.decode(errors="replace")


def serve(command, path, answers, about, **options):
    """Starts the server, waits until answers() is true, prints what is known about it, and ends it with our input."""
    log = open(f"{path}/log", "wb")
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **options)
    try:
        end = time.monotonic() + 60
        while not answers():
            if child.poll() is not None or time.monotonic() > end:
                log.flush()
                sys.exit(f"{command[0]} is not ready: {open(log.name, errors='replace').read()[-2000:]}")
            time.sleep(0.05)
        print(json.dumps({**about, "folder": path}), flush=True)
        sys.stdin.read()
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        shutil.rmtree(path, ignore_errors=True)


def is_open(port):
    with socket.socket() as s:
        s.settimeout(0.5)
        return s.connect_ex(("127.0.0.1", port)) == 0
