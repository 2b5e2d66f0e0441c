import JSONTree
import Outbound

extension Connection {
    /// Throws when the connection's own address is none.
    func checkBaseURL() throws {
        guard let url = baseURL else { return }
        do throws(OutboundError) {
            _ = try OutboundURL(url)
        } catch {
            throw ConnectorError(
                .incompleteConnection,
                "The 'baseUrl' of the connection '\(name)': \(error.message)"
            )
        }
    }

    /// The connection with the values of choices in place of the texts that users see.
    ///
    /// - Throws: ``ConnectorError`` with `.invalidParameter`, which lists the values, for what is none of them.
    func choosing(among known: [ConnectionParameter]) throws -> Connection {
        var result = self
        for (key, given) in parameters where !given.isNull {
            guard let parameter = known.first(where: { $0.name.isSame(ignoringCase: key) }) else { continue }
            guard let value = parameter.chosen(given) else {
                let values = parameter.choices.map { choice in
                    let value = choice.value.stringValue ?? choice.value.text
                    return value == choice.text ? "'\(value)'" : "'\(value)' (\(choice.text))"
                }
                throw ConnectorError(
                    .invalidParameter,
                    "The parameter '\(parameter.name)' of the connection '\(name)' cannot be '\(given.stringValue ?? given.text)'; it is one of \(values.joined(separator: ", "))."
                )
            }
            result.parameters[key] = value
        }
        return result
    }

    /// Throws when what the connection gives makes no address of the service, where that is known before a call.
    ///
    /// The message names parameters and shows none of their values, which may be secrets.
    func checkAddress(_ definition: ConnectorDefinition, _ values: ConnectionValues) throws {
        guard baseURL == nil, definition.adapter.service == nil else { return }
        let policies = definition.policies.filter(\.givesAddress)
        guard let policy = policies.last(where: { $0.applies(to: nil) }) else {
            guard policies.isEmpty, definition.baseURL == nil, definition.adapter.hosts.isEmpty else { return }
            throw ConnectorError(
                .incompleteConnection,
                "The connection '\(name)' needs a 'baseUrl', because its connector names no host."
            )
        }
        guard let template = policy.template("urlTemplate"),
            template.calls.allSatisfy({ $0.function == .connectionParameters })
        else { return }
        let scope = PolicyScope(
            connection: PolicyConnection(
                name: name,
                values: definition.defaults.merging(values.visible) { $1 },
                secrets: values.hidden,
                optional: Set(definition.connectionParameters.filter { !$0.isRequired }.map { $0.name.lowercased() })
            )
        )
        guard let address = try AddressPolicies.base(policy, scope: scope) else {
            guard definition.baseURL == nil else { return }
            throw incomplete(template, scope)
        }
        do throws(OutboundError) {
            _ = try OutboundURL(address)
        } catch {
            throw incomplete(template, scope)
        }
    }

    private func incomplete(_ template: PolicyTemplate, _ scope: PolicyScope) -> ConnectorError {
        let names = template.calls.map(\.name)
        let empty = names.filter { (scope.connection.value($0) ?? "").isEmpty }
        let listed = (empty.isEmpty ? names : empty).map { "'\($0)'" }.joined(separator: ", ")
        return ConnectorError(
            .incompleteConnection,
            empty.isEmpty
                ? "The connection '\(name)' has no address: what it gives for \(listed) makes none. Correct it, or give a 'baseUrl'."
                : "The connection '\(name)' lacks the parameter \(listed), which stands in the address of its service. Give it, or a 'baseUrl'."
        )
    }
}

extension ConnectorDefinition {
    /// The defaults of the connection parameters that are no secrets, by name in small letters.
    var defaults: [String: String] {
        var defaults: [String: String] = [:]
        for parameter in connectionParameters where !parameter.isSecret {
            guard let value = parameter.defaultValue?.nonNull else { continue }
            defaults[parameter.name.lowercased()] = value.stringValue ?? value.text
        }
        return defaults
    }
}
