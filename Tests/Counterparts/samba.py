"""A real Active Directory domain controller, Samba, for LAB.TEST on a loopback address of its own; root only.

Its ports are fixed, so that the address is chosen: 127.0.0.77. Administrator's password is Passw0rd!lab, that of alice and bob Secret123!.
"""
import os
import shutil
import subprocess
import sys

import counterpart

if os.geteuid() != 0:
    counterpart.missing("Samba needs root to be a domain controller")
tool, samba = counterpart.program("samba-tool"), counterpart.program("samba")
ldapsearch = counterpart.program("ldapsearch")
if not os.path.isdir("/usr/share/samba/setup"):
    counterpart.missing("samba-ad-provision is not installed")
address, password = "127.0.0.77", "Passw0rd!lab"
path = counterpart.folder()
config = f"{path}/dc/etc/smb.conf"
try:
    counterpart.run(tool, "domain", "provision", "--realm=LAB.TEST", "--domain=LAB", f"--adminpass={password}", "--server-role=dc",
                    "--dns-backend=NONE", "--host-name=dc1", f"--host-ip={address}", f"--targetdir={path}/dc",
                    f"--option=interfaces={address}/8", "--option=bind interfaces only=yes")
    os.makedirs(f"{path}/dc/run", exist_ok=True)
    own = [f"pid directory = {path}/dc/run", f"ncalrpc dir = {path}/dc/run/ncalrpc",
           f"winbindd socket directory = {path}/dc/run/winbindd", f"ntp signd socket directory = {path}/dc/run/ntp",
           f"log file = {path}/dc/log", "server services = ldap, kdc", "dcerpc endpoint servers = rpcecho",
           "ldap server require strong auth = no",
           # Samba lets a former password pass for an hour, as Windows does for NTLM.
           "old password allowed period = 0"]
    lines = [line for line in open(config) if not line.strip().startswith("log file")]
    at = next(number for number, line in enumerate(lines) if line.startswith("[global]")) + 1
    lines[at:at] = [f"\t{line}\n" for line in own]
    with open(config, "w") as f:
        f.writelines(lines)
    for user in ["alice", "bob"]:
        counterpart.run(tool, "user", "create", user, "Secret123!", f"--mail-address={user}@lab.test", "-s", config)
    counterpart.run(tool, "group", "add", "Suspects", "-s", config)
    counterpart.run(tool, "group", "add", "Outer", "-s", config)
    counterpart.run(tool, "group", "addmembers", "Outer", "Suspects", "-s", config)
    counterpart.run(tool, "computer", "create", "HOST1", "-s", config)
    # Its own certificate is made at the first start; ours names the address, and is there before.
    counterpart.certificates(path)
except BaseException:
    shutil.rmtree(path, ignore_errors=True)
    raise
subprocess.run(["openssl", "x509", "-req", "-in", f"{path}/server.csr", "-CA", f"{path}/ca.crt", "-CAkey", f"{path}/ca.key",
                "-CAcreateserial", "-days", "30", "-extfile", "/dev/stdin", "-out", f"{path}/server.crt"], check=True,
               input=f"subjectAltName=DNS:dc1.lab.test,IP:{address}\nbasicConstraints=CA:FALSE\n".encode(),
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
with open(config) as f:
    text = f.read()
with open(config, "w") as f:
    f.write(text.replace("[global]\n", "[global]\n" + "".join(f"\t{line}\n" for line in [
        f"tls keyfile = {path}/server.key", f"tls certfile = {path}/server.crt", f"tls cafile = {path}/ca.crt"]), 1))


def answers():
    return subprocess.run([ldapsearch, "-x", "-H", f"ldap://{address}", "-D", "administrator@lab.test", "-w", password, "-s", "base",
                           "-b", "", "defaultNamingContext"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


counterpart.serve([samba, "-F", "--no-process-group", "-s", config], path, answers,
                  {"port": 389, "tlsPort": 636, "address": address, "admin": "administrator@lab.test", "password": password,
                   "suffix": "DC=lab,DC=test"})
