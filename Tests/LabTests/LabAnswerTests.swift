import Connectors
import JSONTree
import Outbound
import Testing

@testable import Lab

/// How the answers of stand-ins go over the wire.
struct LabAnswerTests {
    @Test(
        arguments: [
            ("application/x-ndjson", "{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}\n{\"a\":2}\n"), ("text/csv", "a,b", "a,b"),
            ("application/json", "a", "\"a\""), ("application/vnd.api+json; v=1", "a", "\"a\""),
        ]
    )
    func `only what is JSON is quoted`(_ type: String, _ text: String, _ sent: String) {
        let answer = LabAnswer(200, .string(text), headers: [("Content-Type", type)])
        #expect(String(decoding: answer.response.body, as: UTF8.self) == sent)
    }
}
