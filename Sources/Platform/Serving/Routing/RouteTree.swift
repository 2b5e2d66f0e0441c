/// The routes of a surface as a tree of path parts.
struct RouteTree: Sendable {
    struct Endpoint: Sendable {
        let names: [String]
        let handler: Routes.Handler
        let bodyLimit: Int
        let template: String
    }

    struct Match {
        let endpoint: Endpoint
        let values: [String]
    }

    enum Outcome {
        case found(Match)
        /// The path is known, the method is not; the methods that are.
        case otherMethods([String])
        /// How many leading literal parts were known.
        case unknown(depth: Int)
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var values: [(prefix: String, suffix: String, node: Int)] = []
        var rest: [String: Endpoint] = [:]
        var endpoints: [String: Endpoint] = [:]
    }

    private var nodes = [Node()]
    private let ignoresCase: Bool

    init(ignoresCase: Bool) { self.ignoresCase = ignoresCase }

    mutating func add(_ method: String, _ template: PathTemplate, _ endpoint: Endpoint) {
        var current = 0
        for part in template.parts {
            switch part {
            case .literal(let text):
                let key = fold(text)
                if let next = nodes[current].literals[key] {
                    current = next
                } else {
                    nodes.append(Node())
                    nodes[current].literals[key] = nodes.count - 1
                    current = nodes.count - 1
                }
            case .value(let prefix, let suffix):
                let folded = (fold(prefix), fold(suffix))
                if let known = nodes[current].values.first(where: { ($0.prefix, $0.suffix) == folded }) {
                    current = known.node
                } else {
                    nodes.append(Node())
                    nodes[current].values.append((folded.0, folded.1, nodes.count - 1))
                    // The more text a part has around its value, the earlier it is tried.
                    nodes[current].values.sort {
                        $0.prefix.utf8.count + $0.suffix.utf8.count > $1.prefix.utf8.count + $1.suffix.utf8.count
                    }
                    current = nodes.count - 1
                }
            case .rest:
                nodes[current].rest[method] = endpoint
                return
            }
        }
        nodes[current].endpoints[method] = endpoint
    }

    func find(_ method: String, _ segments: [String]) -> Outcome {
        var search = Search(method: method, segments: segments)
        if let match = visit(0, 0, true, &search) { return .found(match) }
        if !search.otherMethods.isEmpty { return .otherMethods(search.otherMethods.sorted()) }
        return .unknown(depth: search.depth)
    }

    private struct Search {
        let method: String
        let segments: [String]
        var values: [String] = []
        var otherMethods: Set<String> = []
        var depth = 0
    }

    private func visit(_ node: Int, _ position: Int, _ onlyLiterals: Bool, _ search: inout Search) -> Match? {
        let here = nodes[node]
        guard position < search.segments.count else { return endpoint(here.endpoints, &search) }
        let segment = fold(search.segments[position])
        if let next = here.literals[segment] {
            if onlyLiterals { search.depth = max(search.depth, position + 1) }
            if let match = visit(next, position + 1, onlyLiterals, &search) { return match }
        }
        for candidate in here.values {
            guard let value = inner(position, segment, candidate.prefix, candidate.suffix, search) else { continue }
            search.values.append(value)
            if let match = visit(candidate.node, position + 1, false, &search) { return match }
            search.values.removeLast()
        }
        guard !here.rest.isEmpty else { return nil }
        search.values.append(search.segments[position...].joined(separator: "/"))
        if let match = endpoint(here.rest, &search) { return match }
        search.values.removeLast()
        return nil
    }

    private func inner(
        _ position: Int,
        _ segment: String,
        _ prefix: String,
        _ suffix: String,
        _ search: Search
    ) -> String? {
        let original = search.segments[position]
        if prefix.isEmpty && suffix.isEmpty { return original.isEmpty ? nil : original }
        guard segment.hasPrefix(prefix), segment.hasSuffix(suffix),
            segment.utf8.count > prefix.utf8.count + suffix.utf8.count
        else { return nil }
        return String(original.dropFirst(prefix.count).dropLast(suffix.count))
    }

    private func endpoint(_ endpoints: [String: Endpoint], _ search: inout Search) -> Match? {
        if let found = endpoints[search.method] { return Match(endpoint: found, values: search.values) }
        if search.method == "HEAD", let found = endpoints["GET"] {
            return Match(endpoint: found, values: search.values)
        }
        search.otherMethods.formUnion(endpoints.keys)
        return nil
    }

    private func fold(_ text: String) -> String { ignoresCase ? text.lowercased() : text }
}
