"""Signs a person in, as a browser would: follows redirects, fills in each form on the way, keeps cookies.

    python openid-login.py ADDRESS USER PASSWORD

Begins at the address, which may be a page of this server with one button; goes on until a page without a form is answered, and
prints its status and its text.
"""

import html.parser
import sys

import httpx


class Forms(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.open = [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self.open = {"action": values.get("action"), "method": (values.get("method") or "get").lower(), "fields": {}, "buttons": []}
            self.found.append(self.open)
        elif self.open is not None and tag == "input" and values.get("name") and values.get("type") not in ("submit", "checkbox"):
            self.open["fields"][values["name"]] = values.get("value", "")
        elif self.open is not None and tag in ("button", "input") and values.get("name"):
            self.open["buttons"].append((values["name"], values.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None


def sign_in(address, user, password):
    browser = httpx.Client(timeout=20, headers={"Accept-Language": "en"}, follow_redirects=True, trust_env=False, verify=False)
    page = browser.get(address)
    for _ in range(12):
        form = next((one for one in Forms(page.text).found if one["method"] == "post"), None)
        if form is None or page.status_code >= 400:
            return page
        data = dict(form["fields"])
        for name in ("login", "sub", "username"):
            if name in data:
                data[name] = user
        if "password" in data:
            data["password"] = password
        accepting = [button for button in form["buttons"] if button[1] in ("accept", "yes", "allow")]
        data.update((accepting or form["buttons"][:1])[:1])
        page = browser.post(str(page.url.join(form["action"])) if form["action"] else str(page.url), data=data)
    raise SystemExit("did not come to an end")


if __name__ == "__main__":
    end = sign_in(*sys.argv[1:4])
    print(end.status_code, end.url.path)
    print(end.text)
