"""Asks a token service by the unmodified Python clients and prints what happened, one JSON object."""

import asyncio
import json
import sys

import msal
from azure.identity import CertificateCredential, ClientSecretCredential
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential

settings = json.load(sys.stdin)
authority = settings["authority"]
tenant = settings["tenant"]
client = settings["client"]
secret = settings["secret"]
scope = "https://graph.microsoft.com/.default"
results = {}


def attempt(name, function):
    try:
        results[name] = function()
    except Exception as error:  # the text of the error is what is tested
        results[name] = {"raised": type(error).__name__, "text": str(error)}


def application(credential, tenant_name=tenant, **more):
    return msal.ConfidentialClientApplication(
        client, client_credential=credential, authority=f"{authority}/{tenant_name}", instance_discovery=False, **more
    )


def with_msal(credential, tenant_name=tenant, scopes=(scope,)):
    answer = application(credential, tenant_name).acquire_token_for_client(scopes=list(scopes))
    return {"token": answer["access_token"], "expires": answer["expires_in"]} if "access_token" in answer else answer


def msal_cache():
    app = application(secret)
    app.acquire_token_for_client(scopes=[scope])
    return app.acquire_token_for_client(scopes=[scope]).get("token_source")


def oidc_authority():
    app = msal.ConfidentialClientApplication(
        client, client_credential=secret, oidc_authority=f"{authority}/{tenant}/v2.0"
    )
    return {"token": app.acquire_token_for_client(scopes=[scope])["access_token"]}


def azure(secret_text, tenant_name=tenant, wanted=scope, **more):
    credential = ClientSecretCredential(
        tenant_name, client, secret_text, authority=authority, disable_instance_discovery=True
    )
    token = credential.get_token(wanted, **more)
    return {"token": token.token, "expires": token.expires_on}


async def azure_aio(secret_text):
    async with AsyncClientSecretCredential(
        tenant, client, secret_text, authority=authority, disable_instance_discovery=True
    ) as credential:
        token = await credential.get_token(scope, enable_cae=True)
        return {"token": token.token}


def azure_certificate():
    credential = CertificateCredential(
        tenant, client, settings["certificate"], authority=authority, disable_instance_discovery=True
    )
    return {"token": credential.get_token(scope).token}


with open(settings["certificate"]) as file:
    pem = file.read()

attempt("msal", lambda: with_msal(secret))
attempt("msalDomain", lambda: with_msal(secret, settings["domain"]))
attempt("msalCache", msal_cache)
attempt("msalOIDC", oidc_authority)
attempt("msalWrongSecret", lambda: with_msal("wrong"))
attempt("msalUnknownTenant", lambda: with_msal(secret, "00000000-dead-beef-0000-000000000000"))
attempt("msalScope", lambda: with_msal(secret, scopes=("https://graph.microsoft.com/User.Read",)))
attempt("msalResource", lambda: with_msal(secret, scopes=("https://unknown.example/.default",)))
attempt("msalCertificate", lambda: with_msal({"private_key": pem, "thumbprint": settings["sha1"]}))
attempt(
    "msalForeignCertificate", lambda: with_msal({"private_key": pem, "thumbprint": "00" * 20})
)
attempt("azure", lambda: azure(secret))
attempt("azureVault", lambda: azure(secret, wanted="https://vault.azure.net/.default", enable_cae=True))
attempt("azureOwnHost", lambda: azure(secret, wanted="https://localhost/.default"))
attempt("azureWrongSecret", lambda: azure("wrong"))
attempt("azureUnknownTenant", lambda: azure(secret, "00000000-dead-beef-0000-000000000000"))
attempt("azureCertificate", azure_certificate)
if settings.get("aio"):
    attempt("azureAsync", lambda: asyncio.run(azure_aio(secret)))
json.dump(results, sys.stdout)
