import JSONTree

/// A whole server in a process of its own, called over loopback: its start, its memory, and how many calls it takes.
struct ServingPart {
    let folder: String
    let seconds: Double

    private static let group =
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/bench/providers/Microsoft.Logic/workflows"

    func run() async throws -> JSON {
        let port = try await FreePort.take(host: "127.0.0.1")
        let child = try ChildProcess([
            "serve", "--data", folder, "--listen", "127.0.0.1:\(port)", "--log-level", "error",
        ])
        let transport = try ClientTransport()
        let server = ServerClient(name: "server", transport: transport, origin: "http://127.0.0.1:\(port)")
        try await untilReady(server, child)
        let start = child.age
        let idle = child.memory.now
        let socket = try ClientTransport(socket: folder + "/admin.sock")
        let administrator = ServerClient(name: "socket", transport: socket, origin: "http://localhost")
        let accepted = try await deploy("accepting", BenchmarkPlaybooks.five, isStateless: false, by: administrator)
        let answered = try await deploy(
            "answering",
            BenchmarkPlaybooks.responding,
            isStateless: true,
            by: administrator
        )
        let requests = try await load(accepted, status: 202, port)
        let responses = try await load(answered, status: 200, port)
        // The store gives memory back after ten seconds without work.
        try await Task.sleep(for: .seconds(13))
        let memory = child.memory
        await child.killHard()
        await transport.shutdown()
        await socket.shutdown()
        return [
            "coldStartSeconds": .figure(start), "idleMegabytes": .double(idle),
            "idleMegabytesAfterLoad": .double(memory.now), "peakMegabytes": .double(memory.peak),
            "requestsAcceptedPerSecond": .double(requests.rate.rounded()),
            "requestP50Milliseconds": .figure(requests.times.percentile(0.5)),
            "requestP99Milliseconds": .figure(requests.times.percentile(0.99)),
            "statelessResponsesPerSecond": .double(responses.rate.rounded()),
            "statelessP99Milliseconds": .figure(responses.times.percentile(0.99)),
        ]
    }

    private func untilReady(_ server: ServerClient, _ child: ChildProcess) async throws {
        while child.age < 30 {
            do {
                if try await server.ask("GET", "/readyz").status == 200 { return }
            } catch {
                // It does not listen yet.
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw CommandFailure(code: "NoServer", message: "The server did not start within 30 seconds.")
    }

    /// Puts a workflow and gives the address of its trigger.
    private func deploy(
        _ name: String,
        _ actions: JSON,
        isStateless: Bool,
        by client: ServerClient
    ) async throws -> String {
        var workflow: JSONObject = [
            "location": "local",
            "properties": [
                "state": "Enabled",
                "definition": [
                    "contentVersion": "1.0.0.0",
                    "triggers": ["manual": ["type": "Request", "kind": "Http", "inputs": [:]]], "actions": actions,
                ],
            ],
        ]
        if isStateless { workflow["kind"] = "Stateless" }
        let version = [("api-version", "2016-06-01")]
        try await client.call("PUT", "\(Self.group)/\(name)", query: version, body: .object(workflow))
        let path = "\(Self.group)/\(name)/triggers/manual/listCallbackUrl"
        guard let url = try await client.call("POST", path, query: version)["value"]?.stringValue else {
            throw CommandFailure(code: "NoAddress", message: "The server gave no callback address.")
        }
        return client.local(url)
    }

    /// Calls an address over 32 connections; every answer must have the status.
    private func load(_ path: String, status: Int, _ port: Int) async throws -> LoadClient.Result {
        try await LoadClient(port: port, post: path, json: #"{"id":"alert-1"}"#, status: status).run(seconds: seconds)
    }
}
