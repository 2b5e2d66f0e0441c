"""A mail server, aiosmtpd: mails become files, and recipients' names make faults.

reject@ is refused for ever, busy@ for the moment, huge@ is refused after the data, late@ makes the server fail for the moment
after the data, cut@ ends the connection instead of an answer about the recipient, lost@ ends it after it has kept the mail.
"""
import asyncio
import json
import os
import ssl
import sys

import counterpart
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

path, port = counterpart.folder(), counterpart.free_port()
counterpart.certificates(path)
mode = set(sys.argv[1:])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{path}/server.crt", f"{path}/server.key")
mails = []


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "reject":
            return "550 5.1.1 no such user"
        if name == "busy":
            return "451 4.7.1 try again later"
        if name == "cut":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        names = {a.split("@")[0] for a in envelope.rcpt_tos}
        if "huge" in names:
            return "552 5.3.4 too large"
        if "late" in names:
            return "452 4.3.1 no room"
        user = session.auth_data.login.decode() if session.authenticated else None
        mails.append(1)
        with open(f"{path}/{len(mails)}.eml", "wb") as f:
            f.write(envelope.original_content)
        with open(f"{path}/{len(mails)}.json", "w") as f:
            json.dump({"from": envelope.mail_from, "to": envelope.rcpt_tos, "user": user,
                       "tls": session.ssl is not None or "implicit" in mode, "utf8": envelope.smtp_utf8}, f)
        if "lost" in names:
            server.transport.abort()
        return "250 2.0.0 kept"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"tocsin", b"p\xc3\xa4ss")
    return AuthResult(success=good, handled=good, auth_data=data)


class Server(Controller):
    def factory(self):
        return SMTP(self.handler, tls_context=context if "starttls" in mode else None, authenticator=authenticate,
                    auth_required="auth" in mode, auth_require_tls=False, enable_SMTPUTF8="utf8" in mode,
                    auth_exclude_mechanism=["PLAIN"] if "login" in mode else [], data_size_limit=1_000_000,
                    hostname="localhost")


server = Server(Handler(), hostname="127.0.0.1", port=port, ssl_context=context if "implicit" in mode else None)
server.start()
print(json.dumps({"port": port, "folder": path}), flush=True)
sys.stdin.read()
server.stop()
counterpart.shutil.rmtree(path, ignore_errors=True)
