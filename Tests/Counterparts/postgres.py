"""PostgreSQL with a database, a user of its own and TLS; a wrong password and a line without TLS are refused where said."""
import glob
import os
import subprocess
import sys

import counterpart

programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
folders = programs[-1:]
initdb, postgres = counterpart.program("initdb", *folders), counterpart.program("postgres", *folders)
psql = counterpart.program("psql", *folders)
path, port = counterpart.folder(), counterpart.free_port()
counterpart.certificates(path)
for name in ["", "/server.key", "/server.crt", "/ca.crt"]:
    counterpart.give(path + name, "postgres")
environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
asPostgres = {**counterpart.account("postgres"), "env": environment, "cwd": "/"}
with open(f"{path}/password", "w") as f:
    f.write("owner")
counterpart.give(f"{path}/password", "postgres")
counterpart.run(initdb, "-D", f"{path}/data", "-U", "owner", f"--pwfile={path}/password", "-A", "scram-sha-256", "-E", "UTF8",
                "--no-sync", **asPostgres)
with open(f"{path}/data/pg_hba.conf", "w") as f:
    f.write("local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
            + ("" if "tls" in sys.argv else "host all all 127.0.0.1/32 scram-sha-256\n"))
command = [postgres, "-D", f"{path}/data", "-k", path, "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
           "-c", "ssl=on", "-c", f"ssl_cert_file={path}/server.crt", "-c", f"ssl_key_file={path}/server.key"]


def ask(sql, database="postgres"):
    return subprocess.run([psql, "-h", path, "-p", str(port), "-U", "owner", "-d", database, "-v", "ON_ERROR_STOP=1", "-qAt"],
                          input=sql.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def answers():
    if ask("select 1").returncode:
        return False
    made = ask("create role tocsin login password 'p}w; {x'; create database soc owner tocsin")
    first = ask(open(os.path.join(os.path.dirname(__file__), "postgres.sql")).read(), "soc")
    if made.returncode or first.returncode:
        sys.exit((made.stderr + first.stderr).decode())
    return True


counterpart.serve(command, path, answers, {"port": port}, **asPostgres)
