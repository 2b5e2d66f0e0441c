"""Drives a server by the unmodified azure-mgmt-logic client and prints what happened, one JSON object."""

import base64
import hashlib
import json
import sys
import time

import requests
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.logic import LogicManagementClient
from azure.mgmt.logic import models

settings = json.load(sys.stdin)
base, origin = settings["base"], settings["origin"]
group = "Group-1"
results = {}


def client(secret):
    credential = ClientSecretCredential(
        settings["tenant"], settings["client"], secret, authority=base, disable_instance_discovery=True
    )
    return LogicManagementClient(
        credential, "sub-1", base_url=base, credential_scopes=["https://management.azure.com/.default"]
    )


def here(address):
    """The address on the port that the server listens on now."""
    return address.replace(origin, base)


def fetch(link):
    answer = requests.get(here(link.uri), timeout=30)
    answer.raise_for_status()
    assert link.content_size == len(answer.content), "size"
    digest = base64.b64encode(hashlib.md5(answer.content).digest()).decode()
    assert link.content_hash.algorithm == "md5" and link.content_hash.value == digest, "hash"
    return answer.json()


def wait(logic, name, run, wanted):
    end = time.monotonic() + 60
    while True:
        found = logic.workflow_runs.get(group, name, run)
        if found.status in wanted or time.monotonic() > end:
            return found
        time.sleep(0.1)


def raised(function):
    try:
        function()
        return None
    except HttpResponseError as error:
        return {
            "type": type(error).__name__,
            "status": error.status_code,
            "code": error.error.code if error.error else None,
            "message": error.message,
        }


logic = client(settings["secret"])
trigger = {"manual": {"type": "Request", "kind": "Http", "inputs": {"schema": {}}}}
loop = {
    "contentVersion": "1.0.0.0",
    "parameters": {"prefix": {"type": "String", "defaultValue": "p"}},
    "triggers": trigger,
    "actions": {
        "Each": {
            "type": "Foreach",
            "foreach": "@triggerBody()?['items']",
            "actions": {"Item": {"type": "Compose", "inputs": "@concat(parameters('prefix'), item())"}},
        },
        "Call": {
            "type": "Http",
            "runAfter": {"Each": ["Succeeded"]},
            "inputs": {"method": "POST", "uri": "https://a.example/", "body": {"n": 1.50}},
        },
    },
    "outputs": {"done": {"type": "String", "value": "@body('Call')"}},
}
hang = {
    "contentVersion": "1.0.0.0",
    "triggers": trigger,
    "actions": {"Call": {"type": "Http", "inputs": {"method": "GET", "uri": "https://a.example/hang"}}},
}


def workflow(definition, **more):
    return models.Workflow(location="westeurope", tags={"team": "soc"}, definition=definition, **more)


made = logic.workflows.create_or_update(
    group, "loop", workflow(loop, parameters={"prefix": models.WorkflowParameter(type="String", value="v")})
)
results["created"] = {
    "name": made.name, "state": made.state, "version": made.version, "same": made.definition == loop,
    "endpoint": here(made.access_endpoint).startswith(base), "parameter": made.parameters["prefix"].value,
}
logic.workflows.create_or_update(group, "hang", workflow(hang, state="Disabled"))
for index in range(5):
    logic.workflows.create_or_update(group, f"more-{index}", workflow({"triggers": trigger, "actions": {}}))
results["listed"] = sorted(item.name for item in logic.workflows.list_by_subscription(top=2))
results["inGroup"] = len(list(logic.workflows.list_by_resource_group(group)))
results["filtered"] = [item.name for item in logic.workflows.list_by_resource_group(group, filter="state eq 'Disabled'")]
results["updated"] = logic.workflows.update(group, "loop").name
results["validated"] = logic.workflows.validate_by_resource_group(group, "loop", workflow(loop))
broken = {**loop, "actions": {"Bad": {"type": "Compose", "inputs": "@concat("}}}
results["broken"] = raised(lambda: logic.workflows.create_or_update(group, "broken", workflow(broken)))
results["missing"] = raised(lambda: logic.workflows.get(group, "missing"))
results["refused"] = raised(lambda: client("wrong").workflows.get(group, "loop"))

logic.workflows.enable(group, "hang")
results["enabled"] = logic.workflows.get(group, "hang").state
address = logic.workflow_triggers.list_callback_url(group, "loop", "manual")
results["callback"] = {"method": address.method, "sp": address.queries.sp, "sv": address.queries.sv}
results["workflowCallback"] = (
    logic.workflows.list_callback_url(group, "loop", models.GetCallbackUrlParameters(key_type="Primary")).value
    == address.value
)
results["schema"] = json.loads(logic.workflow_triggers.get_schema_json(group, "loop", "manual").content)
results["triggers"] = [item.name for item in logic.workflow_triggers.list(group, "loop")]

started = requests.post(here(address.value), json={"items": ["a", "b", "c"]}, timeout=30)
run = started.headers["x-ms-workflow-run-id"]
results["started"] = started.status_code
found = wait(logic, "loop", run, ["Succeeded", "Failed"])
results["run"] = {
    "status": found.status, "trigger": found.trigger.name, "tracking": found.correlation.client_tracking_id == run,
    "output": found.outputs["done"].value, "version": found.workflow.name == made.version,
    "ended": found.end_time is not None,
}
results["triggerOutputs"] = fetch(found.trigger.outputs_link)["body"]
results["runs"] = [item.name == run for item in logic.workflow_runs.list(group, "loop", top=1)]
results["failedRuns"] = len(list(logic.workflow_runs.list(group, "loop", filter="status eq 'Failed'")))
results["actions"] = {
    item.name: item.status for item in logic.workflow_run_actions.list(group, "loop", run, top=1)
}
action = logic.workflow_run_actions.get(group, "loop", run, "Call")
results["call"] = {"code": action.code, "inputs": fetch(action.inputs_link), "outputs": fetch(action.outputs_link)}
repetitions = list(logic.workflow_run_action_repetitions.list(group, "loop", run, "Item"))
results["repetitions"] = [
    {
        "name": item.name, "status": item.status, "index": item.repetition_indexes[0].item_index,
        "scope": item.repetition_indexes[0].scope_name, "output": fetch(item.outputs_link),
    }
    for item in repetitions
]
one = logic.workflow_run_action_repetitions.get(group, "loop", run, "Item", repetitions[1].name)
results["repetition"] = one.status
results["scopes"] = [
    item.name for item in logic.workflow_run_action_scope_repetitions.list(group, "loop", run, "Each")
]
results["traces"] = [
    {"text": item.text, "value": item.value}
    for item in logic.workflow_run_action_repetitions.list_expression_traces(
        group, "loop", run, "Item", repetitions[2].name
    )
]
results["requests"] = [
    item.properties.response.status_code
    for item in logic.workflow_run_action_request_histories.list(group, "loop", run, "Call")
]
histories = list(logic.workflow_trigger_histories.list(group, "loop", "manual"))
results["histories"] = [[item.status, item.fired, item.run.name == run] for item in histories]
logic.workflow_trigger_histories.resubmit(group, "loop", "manual", histories[0].name)
results["resubmitted"] = len(list(logic.workflow_runs.list(group, "loop")))
results["versions"] = [item.name == made.version for item in logic.workflow_versions.list(group, "loop")]
results["oldDefinition"] = logic.workflow_versions.get(group, "loop", made.version).definition == loop
results["swagger"] = logic.workflows.list_swagger(group, "loop")["swagger"]
results["upgraded"] = logic.workflows.generate_upgraded_definition(
    group, "loop", models.GenerateUpgradedDefinitionParameters(target_schema_version="2016-06-01")
)["actions"] == loop["actions"]

address = logic.workflow_triggers.list_callback_url(group, "hang", "manual")
run = requests.post(here(address.value), timeout=30).headers["x-ms-workflow-run-id"]
wait(logic, "hang", run, ["Running"])
logic.workflow_runs.cancel(group, "hang", run)
results["cancelled"] = wait(logic, "hang", run, ["Cancelled"]).status
results["cancelledAgain"] = raised(lambda: logic.workflow_runs.cancel(group, "hang", run))

moved = "/subscriptions/sub-1/resourceGroups/other/providers/Microsoft.Logic/workflows/elsewhere"
logic.workflows.begin_move(group, "hang", models.WorkflowReference(id=moved)).wait()
results["moved"] = logic.workflows.get("other", "elsewhere").id == moved
logic.workflows.disable("other", "elsewhere")
results["disabled"] = requests.post(here(address.value), timeout=30).json()["error"]["code"]
logic.workflows.regenerate_access_key("other", "elsewhere", models.RegenerateActionParameter(key_type="Primary"))
results["oldKey"] = requests.post(here(address.value), timeout=30).status_code
logic.workflows.delete("other", "elsewhere")
logic.workflows.delete(group, "loop")
logic.workflows.delete(group, "loop")
results["deleted"] = raised(lambda: logic.workflows.get(group, "loop"))
json.dump(results, sys.stdout)
