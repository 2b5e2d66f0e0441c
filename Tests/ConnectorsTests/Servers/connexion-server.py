"""Serves connector definitions by connexion, strictly, each below its own base path; tests of connectors call it.

    python connexion-server.py FOLDER

FOLDER holds a folder for each connector, with its apiDefinition.swagger.json. Prints the port, then serves until its
standard input ends. A definition is read when its connector is first asked. A request that connexion accepts is
answered 200 {"operation": "METHOD /path"}, one that it refuses 4xx with the reason; 599 means that the definition
itself cannot be served.
"""
import asyncio
import json
import logging
import os
import socket
import sys
import threading

import connexion
import uvicorn
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolution, Resolver

METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}


class Echo(Resolver):
    """Gives every operation the same handler."""

    def resolve(self, operation):
        name = "%s %s" % (operation.method.upper(), operation.path)

        def handler(*args, **kwargs):
            return {"operation": name}, 200, {"Content-Type": "application/json"}

        return Resolution(handler, "%s_%s" % (operation.method, operation.path))


def without_defaults(value, names=False):
    """The same without defaults, some of which are not of their own type; a property may be called so, too."""
    if isinstance(value, list):
        return [without_defaults(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: without_defaults(item, names=name == "properties" and not names)
        for name, item in value.items()
        if names or name != "default"
    }


def definition(path):
    """The definition, without what has no part in the validation of a request."""
    with open(path, encoding="utf-8-sig") as file:
        spec = json.load(file)
    for member in ("host", "schemes", "security", "securityDefinitions"):
        spec.pop(member, None)
    for item in spec.get("paths", {}).values():
        for method, operation in item.items():
            if method in METHODS:
                operation.pop("security", None)
                operation["responses"] = {"200": {"description": "ok"}}
    return without_defaults(spec)


class Mux:
    """Leads a request to the application of the connector that its path begins with."""

    def __init__(self, folder):
        self.folder = folder
        self.apps = {}

    def app(self, name):
        if name not in self.apps:
            app = connexion.AsyncApp(name)
            app.add_api(
                definition(os.path.join(self.folder, name, "apiDefinition.swagger.json")),
                base_path="/" + name,
                resolver=Echo(),
                strict_validation=True,
                validate_responses=False,
                swagger_ui_options=SwaggerUIOptions(swagger_ui=False, serve_spec=False),
            )
            self.apps[name] = app
        return self.apps[name]

    async def __call__(self, scope, receive, send):
        name = os.path.basename(scope["path"].split("/")[1])
        try:
            app = self.app(name)
        except Exception as error:
            body = ("%s: %s" % (type(error).__name__, error)).encode()[:2000]
            await send({"type": "http.response.start", "status": 599, "headers": []})
            await send({"type": "http.response.body", "body": body})
            return
        await app(scope, receive, send)


def main():
    logging.disable(logging.ERROR)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(Mux(sys.argv[1]), log_level="critical", lifespan="off")
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


main()
