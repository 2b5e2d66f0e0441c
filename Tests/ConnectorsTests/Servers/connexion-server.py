"""Serves connector definitions by connexion, strictly, each below its own base path; tests of connectors call it.

    python connexion-server.py FOLDER

FOLDER holds a folder for each connector, with its apiDefinition.swagger.json. Prints the port, then serves until its
standard input ends. A definition is read when its connector is first asked. A request that connexion accepts is
answered 200 with the header X-Operation: METHOD /path, one that it refuses 4xx with the reason; 599 means that the
definition itself cannot be served.
"""
import asyncio
import json
import logging
import os
import re
import socket
import sys
import threading

import connexion
import uvicorn
from connexion.exceptions import TypeValidationError
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolution, Resolver
from connexion.utils import coerce_type
from connexion.validators import ParameterValidator

METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}


class Echo(Resolver):
    """Gives every operation the same handler."""

    def resolve(self, operation):
        name = operation._operation["x-route"]

        def handler(*args, **kwargs):
            return {"operation": name}, 200, {"Content-Type": "application/json", "X-Operation": name}

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


def identifiers(text):
    """The path with names of parameters that connexion takes: letters, digits and underscores. They are not sent."""
    return re.sub(r"\{([^}]*)\}", lambda match: "{%s}" % re.sub(r"\W", "_", match[1]), text)


def order(path):
    """Literal segments before those that are partly a value, and those before whole values, as OpenAPI matches them."""
    return [0 if "{" not in part else 2 if re.fullmatch(r"\{[^}]*\}", part) else 1 for part in path.split("/")]


def definition(path):
    """The definition, without what has no part in the validation of a request, and with paths as connexion reads them."""
    with open(path, encoding="utf-8-sig") as file:
        spec = json.load(file)
    for member in ("host", "schemes", "security", "securityDefinitions", "produces"):
        spec.pop(member, None)
    shared = list(spec.get("parameters", {}).values())
    for route, item in spec.get("paths", {}).items():
        shared += item.get("parameters", [])
        for method, operation in item.items():
            if method in METHODS:
                shared += operation.get("parameters", [])
                operation.pop("security", None)
                operation.pop("produces", None)
                if "consumes" in operation:
                    # Types are compared without parameters such as a charset.
                    operation["consumes"] = [kind.split(";")[0].strip() for kind in operation["consumes"]]
                operation["responses"] = {"200": {"description": "ok"}}
                operation["x-route"] = "%s %s" % (method.upper(), route)
    for parameter in shared:
        if parameter.get("in") == "path":
            parameter["name"] = re.sub(r"\W", "_", parameter["name"])
    spec["paths"] = {identifiers(path): spec["paths"][path] for path in sorted(spec["paths"], key=order)}
    return without_defaults(spec)


class TypedHeaders(ParameterValidator):
    """Reads the text of a header as its type, as connexion does for paths and queries; it compares headers as texts."""

    def validate_header_parameter(self, param, request):
        value = request.headers.get(param["name"])
        if value is not None:
            try:
                value = coerce_type(param, value, "header", param["name"])
            except TypeValidationError as error:
                return str(error)
        return self.validate_parameter("header", value, param)


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
                validator_map={"parameter": TypedHeaders},
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
