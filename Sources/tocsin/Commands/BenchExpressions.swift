import Expressions
import Foundation
import JSONTree
import Moments

/// Measures evaluations of typical playbook expressions against Swift closures that do the same by hand on the same JSON
/// values, in turn within one run.
///
/// The ratio says what the language costs over compiled code; it is the figure to compare between machines.
struct ExpressionsBenchmark {
    /// Runs the measurement.
    ///
    /// - Parameter quick: Takes about a second instead of ten; the figures vary more.
    /// - Returns: For each expression nanoseconds an evaluation, evaluations a second (median of the rounds), nanoseconds
    ///   of the closure and the ratio of both; for all together the geometric mean of the ratios; and the time to compile.
    static func run(quick: Bool) -> JSON {
        let context = BenchmarkContext()
        // As the engine holds it: boxed once, not for every evaluation.
        let boxed: any EvaluationContext = context
        let rounds = quick ? 3 : 9
        let seconds = quick ? 0.012 : 0.04
        var results = JSONObject()
        var logarithms = 0.0
        var isFaithful = true
        for subject in subjects {
            guard let template = try? Template.compile(subject.template),
                let value = try? template.evaluate(in: boxed), value == subject.byHand(context)
            else {
                isFaithful = false
                continue
            }
            var mine: [Double] = []
            var theirs: [Double] = []
            for _ in 0..<rounds {
                mine.append(
                    nanoseconds(seconds) { (try? template.evaluate(in: boxed)).map { $0.isNull ? 0 : 1 } ?? 0 }
                )
                theirs.append(nanoseconds(seconds) { subject.byHand(context).isNull ? 0 : 1 })
            }
            let median = mine.sorted()[rounds / 2]
            let reference = theirs.sorted()[rounds / 2]
            let ratio = median / max(reference, 0.1)
            logarithms += log2(ratio)
            results[subject.name] = [
                "nanoseconds": rounded(median), "perSecond": .integer(Int64(1e9 / max(median, 0.1))),
                "handWrittenNanoseconds": rounded(reference), "ratio": rounded(ratio),
            ]
        }
        let compiling = nanoseconds(seconds * 4) {
            subjects.count { (try? Template.compile($0.template)) != nil }
        }
        let mean = exp2(logarithms / Double(max(results.count, 1)))
        return [
            "rounds": .integer(Int64(rounds)), "sameValues": .bool(isFaithful), "expressions": .object(results),
            "meanRatio": rounded(mean), "compileNanoseconds": rounded(compiling / Double(subjects.count)),
        ]
    }

    /// One expression and the closure that does the same.
    private struct Subject: Sendable {
        var name: String
        var template: JSON
        var byHand: @Sendable (BenchmarkContext) -> JSON
    }

    private static func rounded(_ value: Double) -> JSON { .double((value * 10).rounded() / 10) }

    /// The time of one call, from as many as fit the seconds.
    private static func nanoseconds(_ seconds: Double, _ work: () -> Int) -> Double {
        let clock = ContinuousClock()
        let limit = Duration.seconds(seconds)
        var count = 0
        var checks = 0
        let start = clock.now
        var elapsed = Duration.zero
        repeat {
            for _ in 0..<64 { checks &+= work() }
            count += 64
            elapsed = clock.now - start
        } while elapsed < limit
        let parts = elapsed.components
        let total = Double(parts.seconds) * 1e9 + Double(parts.attoseconds) / 1e9
        return checks >= 0 ? total / Double(count) : 0
    }

    private static let subjects: [Subject] = [
        Subject(name: "body property", template: "@body('Get_incident')?['properties']?['severity']") { context in
            context.outputs(ofAction: "Get_incident").flatMap { $0?["body"]?["properties"]?["severity"] } ?? .null
        },
        Subject(name: "index into a list", template: "@triggerBody()?['entities']?[1]?['address']") { context in
            context.triggerOutputs()?["body"]?["entities"]?[1]?["address"] ?? .null
        },
        Subject(name: "condition", template: "@equals(body('Get_incident')?['properties']?['severity'], 'High')") {
            context in
            let severity = context.outputs(ofAction: "Get_incident").flatMap { $0?["body"]?["properties"]?["severity"] }
            return .bool(severity == .string("High"))
        },
        Subject(
            name: "and, or, greater",
            template: "@and(greater(length(triggerBody()?['entities']), 1), or(empty(variables('note')), equals(1, 1)))"
        ) { context in
            let count = context.triggerOutputs()?["body"]?["entities"]?.arrayValue?.count ?? 0
            let note = context.variable("note")?.stringValue ?? ""
            return .bool(count > 1 && (note.isEmpty || count > 0))
        },
        Subject(name: "interpolation", template: "Incident @{triggerBody()?['number']}: @{triggerBody()?['title']}") {
            context in
            let body = context.triggerOutputs()?["body"]
            let number = body?["number"]?.integerValue.map(String.init) ?? ""
            return .string("Incident " + number + ": " + (body?["title"]?.stringValue ?? ""))
        },
        Subject(
            name: "concat and toLower",
            template: "@concat(toLower(triggerBody()?['title']), '-', triggerBody()?['number'])"
        ) { context in
            let body = context.triggerOutputs()?["body"]
            let number = body?["number"]?.integerValue.map(String.init) ?? ""
            return .string((body?["title"]?.stringValue ?? "").lowercased() + "-" + number)
        },
        Subject(
            name: "coalesce and if",
            template: "@coalesce(triggerBody()?['owner'], if(true, variables('note'), ''))"
        ) { context in
            let owner = context.triggerOutputs()?["body"]?["owner"] ?? .null
            return owner.isNull ? context.variable("note") ?? .null : owner
        },
        Subject(name: "arithmetic", template: "@add(mul(triggerBody()?['number'], 60), div(variables('count'), 7))") {
            context in
            let number = context.triggerOutputs()?["body"]?["number"]?.integerValue ?? 0
            let count = context.variable("count")?.integerValue ?? 0
            return .integer(number &* 60 &+ count / 7)
        },
        Subject(name: "split and first", template: "@first(split(triggerBody()?['entities']?[1]?['address'], '.'))") {
            context in
            let address = context.triggerOutputs()?["body"]?["entities"]?[1]?["address"]?.stringValue ?? ""
            return .string(String(address.split(separator: ".", omittingEmptySubsequences: false).first ?? ""))
        },
        Subject(
            name: "object template",
            template: [
                "method": "PATCH", "path": "/tickets/@{triggerBody()?['number']}",
                "body": ["status": 2, "tags": ["tocsin", "@variables('note')"], "from": "@triggerBody()?['title']"],
            ]
        ) { context in
            let body = context.triggerOutputs()?["body"]
            let number = body?["number"]?.integerValue.map(String.init) ?? ""
            return [
                "method": "PATCH", "path": .string("/tickets/" + number),
                "body": [
                    "status": 2, "tags": ["tocsin", context.variable("note") ?? .null], "from": body?["title"] ?? .null,
                ],
            ]
        },
    ]
}

/// A run as expressions see it, with everything at hand.
private struct BenchmarkContext: EvaluationContext, Sendable {
    private let outputs: JSON = [
        "statusCode": 200,
        "headers": ["Content-Type": "application/json"],
        "body": ["id": "i-7", "properties": ["title": "Suspicious sign-in", "severity": "High", "status": "New"]],
    ]
    private let start: JSON = [
        "headers": ["Host": "tocsin"],
        "body": [
            "title": "Suspicious Sign-In", "number": 4711, "owner": nil,
            "entities": [["kind": "Account", "name": "avery"], ["kind": "Ip", "address": "198.51.100.7"]],
        ],
    ]
    private let note: JSON = "seen"
    private let count: JSON = 100

    func outputs(ofAction name: String) -> JSON?? { name == "Get_incident" ? .some(outputs) : nil }
    func triggerOutputs() -> JSON? { start }
    func variable(_ name: String) -> JSON? { name == "note" ? note : name == "count" ? count : nil }
}
