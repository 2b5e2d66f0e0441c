"""A TAXII 2.1 server, medallion with its memory: user admin, password Password0; three collections, the first with three objects."""
import base64
import json
import os
import sys
import urllib.error
import urllib.request

import counterpart

path, port = counterpart.folder(), counterpart.free_port()
MEDIA = "application/taxii+json;version=2.1"
STIX = "application/stix+json;version=2.1"


def collection(number, title, read, write):
    return {"id": f"00000000-0000-4000-8000-{number:012d}", "title": title, "can_read": read, "can_write": write,
            "media_types": [STIX], "objects": [], "manifest": []}


first = collection(1, "indicators", True, True)
patterns = ["[ipv4-addr:value = '192.0.2.66']", "[domain-name:value = 'evil.example']", "[url:value = 'http://evil.example/']"]
for number, pattern in enumerate(patterns):
    date = f"2026-01-0{number + 1}T00:00:00.000000Z"
    thing = {"type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{number:012d}",
             "created": date, "modified": date, "name": f"test {number}", "pattern": pattern, "pattern_type": "stix",
             "valid_from": date, "indicator_types": ["malicious-activity"]}
    first["objects"].append(thing)
    first["manifest"].append({"id": thing["id"], "date_added": date, "version": date, "media_type": STIX})
data = {"/discovery": {"title": "Test TAXII", "default": "/api/", "api_roots": ["/api/"]},
        "api": {"information": {"title": "API root", "versions": [MEDIA], "max_content_length": 9765625}, "status": [],
                "collections": [first, collection(2, "readonly", True, False), collection(3, "writeonly", False, True)]}}
with open(f"{path}/data.json", "w") as f:
    json.dump(data, f)
with open(f"{path}/config.json", "w") as f:
    json.dump({"backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
                           "filename": f"{path}/data.json"},
               "users": {"admin": "Password0"}, "taxii": {"max_page_size": 100, "interop_requirements": False}}, f)


def answers():
    request = urllib.request.Request(f"http://127.0.0.1:{port}/taxii2/", headers={
        "Accept": MEDIA, "Authorization": "Basic " + base64.b64encode(b"admin:Password0").decode()})
    try:
        return urllib.request.urlopen(request, timeout=1).status == 200
    except (urllib.error.URLError, OSError):
        return False


medallion = os.path.join(os.path.dirname(sys.executable), "medallion")
counterpart.serve([medallion, "--host", "127.0.0.1", "--port", str(port), "--log-level", "WARN", f"{path}/config.json"],
                  path, answers, {"port": port})
