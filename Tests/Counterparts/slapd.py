"""slapd with the names of Active Directory that the connector uses; administrator cn=Administrator,cn=Users,dc=lab,dc=test."""
import os
import subprocess
import sys

import counterpart

slapd, slapadd = counterpart.program("slapd"), counterpart.program("slapadd")
ldapwhoami = counterpart.program("ldapwhoami")
path, port, tls_port = counterpart.folder(), counterpart.free_port(), counterpart.free_port()
counterpart.certificates(path)
os.mkdir(f"{path}/db")
suffix, password = "dc=lab,dc=test", "Passw0rd!lab"
admin = f"cn=Administrator,cn=Users,{suffix}"
users = int(sys.argv[1]) if len(sys.argv) > 1 else 3

TEXT = ("EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE")
NUMBER = "EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE"
BYTES = "EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE"
ATTRIBUTES = [(221, "sAMAccountName", TEXT), (656, "userPrincipalName", TEXT), (8, "userAccountControl", NUMBER),
              (96, "pwdLastSet", NUMBER), (159, "accountExpires", NUMBER), (662, "lockoutTime", NUMBER),
              (750, "groupType", NUMBER), (2, "objectGUID", BYTES), (146, "objectSid", BYTES),
              (141, "department", TEXT), (619, "dNSHostName", TEXT)]
with open(f"{path}/ad.schema", "w") as f:
    for number, name, rules in ATTRIBUTES:
        f.write(f"attributetype ( 1.2.840.113556.1.4.{number} NAME '{name}' {rules} )\n")
    f.write("objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP inetOrgPerson STRUCTURAL MAY ( sAMAccountName $ "
            "userPrincipalName $ userAccountControl $ pwdLastSet $ accountExpires $ lockoutTime $ objectGUID $ objectSid $ "
            "department ) )\n"
            "objectclass ( 1.2.840.113556.1.3.30 NAME 'computer' SUP user STRUCTURAL MAY dNSHostName )\n"
            "objectclass ( 1.2.840.113556.1.5.8 NAME 'group' SUP top STRUCTURAL MUST cn MAY ( member $ sAMAccountName $ "
            "groupType $ description $ mail $ objectGUID $ objectSid ) )\n")
with open(f"{path}/slapd.conf", "w") as f:
    schemas = "".join(f"include /etc/ldap/schema/{n}.schema\n" for n in ["core", "cosine", "inetorgperson"])
    f.write(f"""{schemas}include {path}/ad.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload refint
TLSCACertificateFile {path}/ca.crt
TLSCertificateFile {path}/server.crt
TLSCertificateKeyFile {path}/server.key
sizelimit size.soft=500 size.pr=1000 size.prtotal=unlimited
database mdb
suffix "{suffix}"
rootdn "{admin}"
rootpw "{password}"
directory {path}/db
maxsize 1073741824
dbnosync
access to attrs=userPassword by anonymous auth by * none
access to attrs=userAccountControl by users read by * none
access to * by users read by * none
overlay memberof
memberof-group-oc group
memberof-member-ad member
memberof-memberof-ad memberOf
overlay refint
refint_attributes member
""")


def entry(dn, kind, *lines):
    return "\n".join([f"dn: {dn}", "objectClass: top", f"objectClass: {kind}", *lines, "", ""])


ldif = (f"dn: {suffix}\nobjectClass: dcObject\nobjectClass: organization\no: lab\ndc: lab\n\n"
        f"dn: cn=Users,{suffix}\nobjectClass: organizationalRole\ncn: Users\n\n")
names = ["alice", "bob", "o(b)*\\x"] + [f"user{n:05}" for n in range(users - 3)]
for number, name in enumerate(names):
    dn = f"cn=u{number},cn=Users,{suffix}"
    ldif += entry(dn, "user", f"cn: u{number}", f"sn: {name}", f"sAMAccountName: {name}", "userAccountControl: 66048",
                  f"userPrincipalName: {name if number < 2 else number}@lab.test", f"userPassword: Secret{number}",
                  "pwdLastSet: 133000000000000000", "lockoutTime: 0", "accountExpires: 9223372036854775807",
                  f"description: number {number}")
ldif += entry(f"cn=HOST1,cn=Users,{suffix}", "computer", "cn: HOST1", "sn: host", "sAMAccountName: HOST1$",
              "userAccountControl: 4096", "dNSHostName: host1.lab.test")
ldif += entry(f"cn=Admins,cn=Users,{suffix}", "group", "cn: Admins", "sAMAccountName: Admins", "groupType: -2147483646",
              "objectGUID:: ABEiM0RVZneImaq7zN3u/w==", "objectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAA9AEAAA==",
              f"member: cn=u1,cn=Users,{suffix}")
with open(f"{path}/first.ldif", "w") as f:
    f.write(ldif)
counterpart.run(slapadd, "-q", "-f", f"{path}/slapd.conf", "-l", f"{path}/first.ldif")


def answers():
    return subprocess.run([ldapwhoami, "-x", "-H", f"ldap://127.0.0.1:{port}", "-D", admin, "-w", password],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


counterpart.serve([slapd, "-d", "0", "-f", f"{path}/slapd.conf",
                   "-h", f"ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tls_port}"],
                  path, answers, {"port": port, "tlsPort": tls_port, "admin": admin, "password": password, "suffix": suffix})
