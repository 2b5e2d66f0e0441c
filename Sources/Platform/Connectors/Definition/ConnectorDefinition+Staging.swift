public import JSONTree

extension ConnectorDefinition {
    /// The schema that a reference names, or the schema itself.
    public func resolved(_ schema: JSON) -> JSON { document.resolve(schema) }

    /// Whether an operation's calls are anything else than what its method and path say.
    public func isMapped(_ operation: OperationDescription) -> Bool {
        adapter.operations[operation.id]?.isMapped ?? false
    }

    /// What the definition does not allow in a request, in words with place and remedy; nil when it is allowed.
    ///
    /// - Parameters:
    ///   - operation: The operation.
    ///   - parameters: The values of the path, decoded.
    ///   - queries: The queries.
    ///   - headers: The headers.
    ///   - body: The body; nil when there is none.
    /// - Returns: The reason of the refusal.
    public func refusal(
        of operation: OperationDescription,
        parameters: [String: String],
        queries: [(name: String, value: String)],
        headers: [(name: String, value: String)],
        body: JSON?
    ) -> String? {
        do {
            try requestChecks.check(of: operation, in: document).check(
                RequestValues(
                    path: parameters.mapValues { Percent.encode($0) },
                    queries: queries,
                    headers: headers,
                    body: body
                )
            )
            return nil
        } catch let error as ConnectorError {
            return error.message
        } catch {
            return "The request cannot be checked."
        }
    }
}
