"""MariaDB with a database, a user of its own and TLS; `tls` refuses that user without it."""
import os
import subprocess
import sys

import counterpart

install, server = counterpart.program("mariadb-install-db"), counterpart.program("mariadbd")
client = counterpart.program("mariadb")
path, port = counterpart.folder(), counterpart.free_port()
counterpart.certificates(path)
for name in ["", "/server.key", "/server.crt", "/ca.crt"]:
    counterpart.give(path + name, "mysql")
asMySQL = counterpart.account("mysql")
counterpart.run(install, "--no-defaults", f"--datadir={path}/data", "--skip-test-db", "--auth-root-authentication-method=normal",
                "--skip-name-resolve", **asMySQL)
command = [server, "--no-defaults", f"--datadir={path}/data", f"--socket={path}/socket", f"--port={port}",
           "--bind-address=127.0.0.1", f"--pid-file={path}/pid", f"--ssl-ca={path}/ca.crt", f"--ssl-cert={path}/server.crt",
           f"--ssl-key={path}/server.key", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"]


def ask(sql, *more):
    return subprocess.run([client, "--no-defaults", f"--socket={path}/socket", "-u", "root", *more], input=sql.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def answers():
    if ask("select 1").returncode:
        return False
    require = " require ssl" if "tls" in sys.argv else ""
    made = ask("create database soc character set utf8mb4;"
               f"create user tocsin@'127.0.0.1' identified by 'p}}w; {{x'{require};")
    first = ask(open(os.path.join(os.path.dirname(__file__), "mariadb.sql")).read(), "soc")
    if made.returncode or first.returncode:
        sys.exit((made.stderr + first.stderr).decode())
    return True


counterpart.serve(command, path, answers, {"port": port}, **asMySQL)
